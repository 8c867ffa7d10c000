/**
 * Reads the settings file, which is JSON. Error messages contain the wrong value's path and the expected
 * type. They don't contain the value itself, because it may be a secret.
 *
 * @module
 */

import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { CommandFailure, fileProblem } from '@waybill/command-line/command-failure'
import type { Setting } from '@waybill/command-line/settings'
import { surroundingWhitespace } from '@waybill/command-line/surrounding-whitespace'
import type { LocalCredentials } from '../auth/identity.ts'
import { CORS_METHODS, type CorsMethod, type CorsRule } from '../cors/cors-rule.ts'
import { checkFaultRules } from '../faults/fault-rules.ts'
import type { BucketOptions, StrictS3Options } from '../start-strict-s3.ts'

export type S3Config = Pick<
  StrictS3Options,
  'region' | 'credentials' | 'domains' | 'pagesFrom' | 'faults'
> & {
  readonly buckets?: readonly BucketOptions[]
}

/** @throws {CommandFailure} If the file cannot be read, is not JSON, or has an unknown field. */
export async function readS3Config({ value, name }: Setting): Promise<S3Config> {
  const file = resolve(value)
  try {
    return parseConfig({ value: JSON.parse(await readFile(file, 'utf8')), at: '' })
  } catch (error) {
    // A JSON syntax error quotes the text, which may contain a secret, so don't show it.
    const reason = error instanceof SyntaxError ? 'it is not JSON' : fileProblem(error)
    throw new CommandFailure(`${name}: ${file}: ${reason}`, { cause: error })
  }
}

function parseConfig(place: Place): S3Config {
  const fields = fieldsOf(place, [
    'region',
    'credentials',
    'buckets',
    'domains',
    'pagesFrom',
    'faults',
  ])
  return {
    ...optional(fields, 'region', (region) =>
      Array.isArray(region.value) ? stringsOf(region) : stringOf(region),
    ),
    ...optional(fields, 'credentials', credentialsOf),
    ...optional(fields, 'buckets', (buckets) => listOf(buckets, bucketOf)),
    ...optional(fields, 'domains', stringsOf),
    ...optional(fields, 'pagesFrom', stringsOf),
    ...optional(fields, 'faults', ({ value }) => checkFaultRules(value)),
  }
}

function credentialsOf(place: Place): readonly LocalCredentials[] {
  const pairs = listOf(place, keyPairOf)
  if (pairs.length === 0) throw invalidField(place, 'at least one key pair')
  pairs.forEach(({ accessKeyId }, index) => {
    if (pairs.findIndex((each) => each.accessKeyId === accessKeyId) === index) return
    throw new CommandFailure(`${place.at} has the accessKeyId '${accessKeyId}' twice`)
  })
  return pairs
}

function keyPairOf(place: Place): LocalCredentials {
  const fields = fieldsOf(place, [
    'accessKeyId',
    'secretAccessKey',
    'sessionToken',
    'expiration',
    'readOnly',
    'prefix',
    'pagesFrom',
  ])
  return {
    accessKeyId: keyOf(fields.accessKeyId),
    secretAccessKey: keyOf(fields.secretAccessKey),
    ...optional(fields, 'sessionToken', keyOf),
    ...optional(fields, 'expiration', dateOf),
    ...optional(fields, 'readOnly', booleanOf),
    ...optional(fields, 'prefix', stringOf),
    ...optional(fields, 'pagesFrom', stringsOf),
  }
}

function bucketOf(place: Place): BucketOptions {
  if (typeof place.value === 'string') return { name: stringOf(place) }
  const fields = fieldsOf(place, ['name', 'cors', 'public'])
  return {
    name: stringOf(fields.name),
    ...optional(fields, 'cors', (rules) => listOf(rules, corsRuleOf)),
    ...optional(fields, 'public', booleanOf),
  }
}

function corsRuleOf(place: Place): CorsRule {
  const fields = fieldsOf(place, [
    'id',
    'allowedOrigins',
    'allowedMethods',
    'allowedHeaders',
    'exposeHeaders',
    'maxAgeSeconds',
  ])
  return {
    ...optional(fields, 'id', stringOf),
    allowedOrigins: stringsOf(fields.allowedOrigins),
    allowedMethods: listOf(fields.allowedMethods, methodOf),
    ...optional(fields, 'allowedHeaders', stringsOf),
    ...optional(fields, 'exposeHeaders', stringsOf),
    ...optional(fields, 'maxAgeSeconds', countOf),
  }
}

function methodOf(place: Place): CorsMethod {
  const method = CORS_METHODS.find((each) => each === place.value)
  if (method) return method
  throw invalidField(place, `one of ${CORS_METHODS.join(', ')}`)
}

function stringsOf(place: Place): readonly string[] {
  return listOf(place, stringOf)
}

interface Place {
  readonly value: unknown
  /**
   * The value's path in the file, for example `credentials[0].prefix`. Empty for the whole file.
   */
  readonly at: string
}

function invalidField({ value, at }: Place, expected: string): CommandFailure {
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
function fieldsOf<Name extends string>(
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

function listOf<T>(place: Place, read: (place: Place) => T): readonly T[] {
  if (!Array.isArray(place.value)) throw invalidField(place, 'a list')
  return place.value.map((value: unknown, index) => read({ value, at: `${place.at}[${index}]` }))
}

/** Rejects an empty string. */
function stringOf(place: Place): string {
  if (typeof place.value === 'string' && place.value !== '') return place.value
  throw invalidField(place, 'a text')
}

/** @throws {CommandFailure} If the key begins or ends with white space. */
function keyOf(place: Place): string {
  const key = stringOf(place)
  const problem = surroundingWhitespace(key)
  if (problem === undefined) return key
  throw new CommandFailure(`${place.at} ${problem}, so signatures would not match: remove it`)
}

function booleanOf(place: Place): boolean {
  if (typeof place.value === 'boolean') return place.value
  throw invalidField(place, 'true or false')
}

function countOf(place: Place): number {
  const { value } = place
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  throw invalidField(place, 'a whole number')
}

function dateOf(place: Place): Date {
  const date = new Date(stringOf(place))
  if (!Number.isNaN(date.getTime())) return date
  throw invalidField(place, 'a date such as 2026-01-31T12:00:00Z')
}

/** Returns `{ [name]: value }`, or `{}` if the field is missing. */
function optional<Name extends string, T>(
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
