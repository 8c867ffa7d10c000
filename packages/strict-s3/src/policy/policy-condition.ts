/**
 * @see
 *   https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 * @module
 */

import { BlockList, isIP } from 'node:net'

/** Returns the value or values of a condition key, which must be in lower case. */
export type ConditionContext = (key: string) => string | readonly string[] | undefined

type Compare = (actual: string, wanted: string) => boolean

const equal: Compare = (actual, wanted) => actual === wanted
const sameLetters: Compare = (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase()
const like: Compare = (actual, wanted) => matchesPolicyPattern(wanted, actual)

const numbers =
  (holds: (a: number, b: number) => boolean): Compare =>
  (actual, wanted) =>
    holds(Number(actual), Number(wanted))
/** Dates can be in ISO 8601 or in seconds since 1970. */
const dates =
  (holds: (a: number, b: number) => boolean): Compare =>
  (actual, wanted) =>
    holds(dateOf(actual), dateOf(wanted))

const less = (a: number, b: number) => a < b
const atMost = (a: number, b: number) => a <= b
const greater = (a: number, b: number) => a > b
const atLeast = (a: number, b: number) => a >= b
const same = (a: number, b: number) => a === b

const OPERATORS: Readonly<Record<string, Compare>> = {
  StringEquals: equal,
  StringEqualsIgnoreCase: sameLetters,
  StringLike: like,
  ArnEquals: like,
  ArnLike: like,
  Bool: sameLetters,
  BinaryEquals: equal,
  IpAddress: isInNetwork,
  NumericEquals: numbers(same),
  NumericLessThan: numbers(less),
  NumericLessThanEquals: numbers(atMost),
  NumericGreaterThan: numbers(greater),
  NumericGreaterThanEquals: numbers(atLeast),
  DateEquals: dates(same),
  DateLessThan: dates(less),
  DateLessThanEquals: dates(atMost),
  DateGreaterThan: dates(greater),
  DateGreaterThanEquals: dates(atLeast),
}

const NEGATED: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NotIpAddress: 'IpAddress',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
}

function plainName(operator: string): string {
  return operator.replace(/^For(?:AllValues|AnyValue):/, '').replace(/IfExists$/, '')
}

export function isConditionOperator(operator: string): boolean {
  const name = plainName(operator)
  return operator === 'Null' || Object.hasOwn(OPERATORS, name) || Object.hasOwn(NEGATED, name)
}

/** IP operators need a valid address or network. All other operators accept any value. */
export function takesValue(operator: string, value: string): boolean {
  const name = plainName(operator)
  return (NEGATED[name] ?? name) !== 'IpAddress' || networkOf(value) !== undefined
}

/** For each condition's list. `DeleteObjects` compares the same value for each of its keys. */
const latest = new WeakMap<
  readonly string[],
  { readonly value: string; readonly isMatch: boolean }
>()

/**
 * If the condition key has several values, the operator's prefix (`ForAllValues:` or
 * `ForAnyValue:`) determines how many must match. AWS does not define the result without a prefix.
 * Here, one matching value is enough.
 *
 * @see
 *   https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 */
export function conditionHolds(
  operator: string,
  key: string,
  values: readonly string[],
  context: ConditionContext,
): boolean {
  const found = context(key.toLowerCase()) ?? []
  const actual = typeof found === 'string' ? [found] : found
  if (operator === 'Null') return values.includes(String(actual.length === 0))
  const name = plainName(operator)
  const positive = NEGATED[name]
  const all = operator.startsWith('ForAllValues:')
  const any = operator.startsWith('ForAnyValue:')
  if (actual.length === 0) return operator.endsWith('IfExists') || all || (!!positive && !any)
  const compare = OPERATORS[positive ?? name]
  const matches = (value: string) => {
    const known = latest.get(values)
    if (known?.value === value) return known.isMatch
    const isMatch = compare !== undefined && values.some((wanted) => compare(value, wanted))
    latest.set(values, { value, isMatch })
    return isMatch
  }
  const holds = (value: string) => matches(value) === !positive
  // Without a prefix, a negated operator is the exact opposite of the positive one.
  return all || (positive && !any) ? actual.every(holds) : actual.some(holds)
}

/**
 * Searches for the pieces between stars one after another. Each search begins where the previous one
 * ended, so many stars don't take more time. A regular expression could take exponential time.
 *
 * @param pattern - `*` matches any text, `?` any single character.
 */
export function matchesPolicyPattern(pattern: string, text: string): boolean {
  const [first = '', ...pieces] = pattern.split('*')
  const last = pieces.pop()
  if (last === undefined) return text.length === first.length && isAt(0, first.split('?'), text)
  const end = text.length - last.length
  if (first.length > end || !isAt(0, first.split('?'), text)) return false
  if (!isAt(end, last.split('?'), text)) return false
  let from = first.length
  for (const piece of pieces) {
    const at = find(piece, text, from)
    if (at < 0 || at + piece.length > end) return false
    from = at + piece.length
  }
  return true
}

function find(piece: string, text: string, from: number): number {
  if (!piece.includes('?')) return text.indexOf(piece, from)
  const parts = piece.split('?')
  for (let at = from; at <= text.length - piece.length; at += 1) {
    if (isAt(at, parts, text)) return at
  }
  return -1
}

/** @param parts - What is between the question marks of a piece. */
function isAt(start: number, parts: readonly string[], text: string): boolean {
  let at = start
  return parts.every((part) => {
    const matches = text.startsWith(part, at)
    at += part.length + 1
    return matches
  })
}

function isInNetwork(address: string, network: string): boolean {
  const plain = address.replace(/^::ffff:/, '')
  return networkOf(network)?.check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4') ?? false
}

/** @param text - `203.0.113.0/24`, `2001:db8::/32`, or one address. */
function networkOf(text: string): BlockList | undefined {
  const [, base = '', bits] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  const version = isIP(base)
  const length = version === 6 ? 128 : 32
  if (version === 0 || Number(bits ?? 0) > length) return undefined
  const list = new BlockList()
  list.addSubnet(base, Number(bits ?? length), version === 6 ? 'ipv6' : 'ipv4')
  return list
}

function dateOf(text: string): number {
  return /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text)
}
