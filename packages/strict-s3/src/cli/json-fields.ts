/**
 * Reads the JSON of a settings file. Error messages contain the wrong value's path and the expected
 * type. They don't contain the value itself, because it may be a secret.
 *
 * @module
 */

import { CommandFailure } from '@waybill/command-line/command-failure'
import { surroundingWhitespace } from '@waybill/command-line/surrounding-whitespace'

export interface Place {
  readonly value: unknown
  /**
   * The value's path in the file, for example `credentials[0].prefix`. Empty for the whole file.
   */
  readonly at: string
}

export function invalidField({ value, at }: Place, expected: string): CommandFailure {
  return new CommandFailure(`${at || 'the file'} is ${kindOf(value)}, expected ${expected}`)
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'missing'
  if (value === null) return 'null'
  if (value === '') return 'empty'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

/**
 * @returns An entry for each of `names`. The value of a missing field is `undefined`.
 * @throws {CommandFailure} If the value is not an object or has an unknown field.
 */
export function fieldsOf<Name extends string>(
  place: Place,
  names: readonly Name[],
): Readonly<Record<Name, Place>> {
  const { value, at } = place
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidField(place, `an object with ${names.join(', ')}`)
  }
  const fields: ReadonlyMap<string, unknown> = new Map(Object.entries(value))
  for (const name of fields.keys()) {
    if (names.some((known) => known === name)) continue
    throw new CommandFailure(
      `${at || 'the file'} has a field '${name}', expected one of ${names.join(', ')}`,
    )
  }
  const placed = names.map((name) => [name, { value: fields.get(name), at: below(at, name) }])
  return Object.fromEntries(placed)
}

function below(at: string, name: string): string {
  return at === '' ? name : `${at}.${name}`
}

export function listOf<T>(place: Place, read: (place: Place) => T): readonly T[] {
  if (!Array.isArray(place.value)) throw invalidField(place, 'a list')
  return place.value.map((value: unknown, index) => read({ value, at: `${place.at}[${index}]` }))
}

/** Rejects an empty string. */
export function stringOf(place: Place): string {
  if (typeof place.value === 'string' && place.value !== '') return place.value
  throw invalidField(place, 'a text')
}

/** @throws {CommandFailure} If the key begins or ends with white space. */
export function keyOf(place: Place): string {
  const key = stringOf(place)
  const problem = surroundingWhitespace(key)
  if (problem === undefined) return key
  throw new CommandFailure(`${place.at} ${problem}, so signatures would not match: remove it`)
}

export function booleanOf(place: Place): boolean {
  if (typeof place.value === 'boolean') return place.value
  throw invalidField(place, 'true or false')
}

export function countOf(place: Place): number {
  const { value } = place
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  throw invalidField(place, 'a whole number')
}

export function dateOf(place: Place): Date {
  const date = new Date(stringOf(place))
  if (!Number.isNaN(date.getTime())) return date
  throw invalidField(place, 'a date such as 2026-01-31T12:00:00Z')
}

/** Returns `{ [name]: value }`, or `{}` if the field is missing. */
export function optional<Name extends string, T>(
  fields: Readonly<Record<Name, Place>>,
  name: Name,
  read: (place: Place) => T,
): { readonly [K in Name]?: T } {
  const place = fields[name]
  if (place.value === undefined) return {}
  const found: { [K in Name]?: T } = {}
  found[name] = read(place)
  return found
}
