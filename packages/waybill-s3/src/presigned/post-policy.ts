/**
 * POST policies: the JSON documents that limit what a presigned POST can upload. Parses a policy,
 * then checks a form against it, in S3's order and with S3's messages.
 *
 * @see
 *   https://docs.aws.amazon.com/AmazonS3/latest/developerguide/sigv4-HTTPPOSTConstructPolicy.html
 * @module
 */

import { MAX_SINGLE_UPLOAD_SIZE } from '../multipart-limits.ts'
import { S3Error } from '../s3-error.ts'

/** A policy condition. `{ field: value }` is short for `['eq', '$field', value]`. */
export type Condition =
  | readonly ['eq', `$${string}`, string]
  | readonly ['starts-with', `$${string}`, string]
  | readonly ['content-length-range', number, number]
  | Readonly<Record<string, string>>

/** What a presigned POST allows: the conditions on its form, and when it expires. */
export interface PolicyDocument {
  readonly expiration: Date
  readonly conditions: readonly Condition[]
}

/** The allowed size of the file in bytes, both ends inclusive. */
export interface SizeRange {
  readonly min: number
  readonly max: number
}

/**
 * Parses a form's `Policy` field.
 *
 * @throws {S3Error} With S3's message: `InvalidPolicyDocument`, or `AccessDenied` for a condition
 *   that no form can meet, such as one on a field without `$`.
 */
export function parsePolicy(base64: string): PolicyDocument {
  const document = parseJson(base64)
  if (!isRecord(document)) throw invalid('Invalid JSON.')
  const { expiration, conditions, ...rest } = document
  const unexpected = Object.keys(rest)[0]
  if (unexpected !== undefined) throw invalid(`Unexpected: '${unexpected}'.`)
  if (expiration === undefined) throw invalid('Policy missing expiration.')
  const date = parseExpiration(expiration)
  if (!date) throw invalid(`Invalid 'expiration' value: '${show(expiration)}'`)
  if (conditions === undefined) throw invalid('Policy missing conditions.')
  if (!Array.isArray(conditions) || conditions.length === 0) {
    throw invalid('Invalid conditions: expected a list.')
  }
  return { expiration: date, conditions: conditions.map(parseCondition) }
}

const ISO_8601 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/

function parseExpiration(value: unknown): Date | undefined {
  if (typeof value !== 'string' || !ISO_8601.test(value)) return undefined
  const date = new Date(value)
  // `new Date` turns 30 February into a date in March.
  const valid = !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value.slice(0, 19))
  return valid ? date : undefined
}

function parseJson(base64: string): unknown {
  const bytes = decodeBase64(base64)
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch {
    throw invalid('Invalid JSON.')
  }
}

function decodeBase64(base64: string): Uint8Array<ArrayBuffer> {
  try {
    const text = atob(base64)
    // This runs for every form, and `Uint8Array.from` is much slower.
    return new Uint8Array(text.length).map((_, at) => text.charCodeAt(at))
  } catch {
    throw invalid('Invalid Base64.')
  }
}

function parseCondition(value: unknown): Condition {
  if (Array.isArray(value)) return parseListCondition(value)
  if (!isRecord(value)) throw invalid('Invalid condition test: must be a List or Object.')
  const [entry, ...others] = Object.entries(value)
  if (!entry || others.length > 0) {
    throw invalid(
      'Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.',
    )
  }
  const [name, text] = entry
  if (typeof text !== 'string') throw invalid('Invalid Simple-Condition: value must be a string.')
  return { [name]: text }
}

function parseListCondition(list: readonly unknown[]): Condition {
  const [operator, first, second] = list
  const name = typeof operator === 'string' && operator.toLowerCase()
  if (name !== 'content-length-range' && name !== 'eq' && name !== 'starts-with') {
    throw invalid(`Invalid Condition: unknown operation '${show(operator)}'.`)
  }
  if (list.length !== 3) {
    throw invalid(`Invalid ${name === 'eq' ? 'Eq' : name}: wrong number of arguments.`)
  }
  if (name === 'content-length-range') return parseRange(first, second)
  if (typeof first !== 'string' || typeof second !== 'string') {
    throw invalid(`Invalid ${name} condition: expected ["${name}", "$field", "value"].`)
  }
  if (!isFieldName(first)) throw conditionFailed(name, first, second)
  return [name, first, second]
}

function parseRange(first: unknown, second: unknown): Condition {
  const [min, max] = [parseLength(first), parseLength(second)]
  if (Number.isNaN(min + max)) throw conditionFailed('content-length-range', first, second)
  if (min > max) throw invalid('Invalid content-length-range: the minimum is above the maximum.')
  return ['content-length-range', min, max]
}

function isFieldName(text: string): text is `$${string}` {
  return text.length > 1 && text.startsWith('$')
}

/** @returns `NaN` for text that is not a number. */
function parseLength(value: unknown): number {
  if (typeof value === 'string' && !/^\d+$/.test(value)) return Number.NaN
  const length = typeof value === 'string' ? Number(value) : value
  if (typeof length !== 'number' || !Number.isSafeInteger(length) || length < 0) {
    throw invalid('Invalid content-length-range: expected two whole numbers.')
  }
  return length
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Formats a value for an error message. Objects are not printed, because they may be nested too
 * deeply for the stack or have a property named `toString`.
 */
function show(value: unknown): string {
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}

/** Fields that need no condition: those on AWS's list, and two from Signature Version 2. */
const FREE_FIELDS = new Set(['x-amz-signature', 'file', 'policy', 'awsaccesskeyid', 'signature'])

/**
 * Checks a form's fields against a policy.
 *
 * @param fields - The fields before `file`, with lower-case names. `bucket` must be the addressed
 *   bucket, and `${filename}` in `key` must already be replaced.
 * @param now - The time to compare with the policy's expiration.
 * @returns The allowed file size. Check it with `checkSize`.
 * @throws {S3Error} `AccessDenied`, with S3's message about the first condition that is not met.
 * @example
 * ```ts
 * const policy = parsePolicy(sent.get('policy') ?? '')
 * const range = checkPolicy(policy, sent, new Date())
 * checkSize(file.size, range)
 * ```
 */
export function checkPolicy(
  policy: PolicyDocument,
  fields: ReadonlyMap<string, string>,
  now: Date,
): SizeRange {
  if (policy.expiration <= now) throw denied('Policy expired.')
  const covered = new Set<string>()
  let range: SizeRange = { min: 0, max: MAX_SINGLE_UPLOAD_SIZE }
  for (const condition of policy.conditions) {
    if (isSizeCondition(condition)) {
      range = { min: Math.max(range.min, condition[1]), max: Math.min(range.max, condition[2]) }
      continue
    }
    const [operator, name, expected] = toTriple(condition)
    covered.add(name)
    if (!holds(operator, name, expected, fields.get(name))) {
      throw conditionFailed(operator, `$${name}`, expected)
    }
  }
  const extra = [...fields.keys()].filter((name) => !covered.has(name) && !isFree(name))
  if (extra.length > 0) throw denied(`Extra input fields: ${extra.join(', ')}`)
  return range
}

/**
 * Checks a file's size against the range that its policy allows.
 *
 * @param size - The file's size in bytes, or the bytes received so far if `complete` is false.
 * @throws {S3Error} `EntityTooLarge` or `EntityTooSmall`.
 */
export function checkSize(size: number, range: SizeRange, complete = true): void {
  if (size > range.max) {
    throw new S3Error('EntityTooLarge', undefined, {
      ProposedSize: String(size),
      MaxSizeAllowed: String(range.max),
    })
  }
  if (complete && size < range.min) {
    throw new S3Error('EntityTooSmall', undefined, {
      ProposedSize: String(size),
      MinSizeAllowed: String(range.min),
    })
  }
}

function isSizeCondition(
  condition: Condition,
): condition is readonly ['content-length-range', number, number] {
  return Array.isArray(condition) && condition[0] === 'content-length-range'
}

function toTriple(
  condition: Exclude<Condition, readonly ['content-length-range', number, number]>,
) {
  if (Array.isArray(condition)) {
    const [operator, name, expected] = condition
    return [operator, name.slice(1).toLowerCase(), expected] as const
  }
  const [name, expected] = Object.entries(condition)[0] ?? ['', '']
  return ['eq', name.toLowerCase(), String(expected)] as const
}

function holds(
  operator: 'eq' | 'starts-with',
  name: string,
  expected: string,
  actual: string | undefined,
): boolean {
  // A missing field meets no condition, not even `starts-with ""`.
  if (actual === undefined) return false
  if (operator === 'eq') return actual === expected
  if (name === 'bucket') return false
  // AWS: under starts-with, each item of a comma-separated Content-Type must match.
  if (name === 'content-type') {
    return actual.split(',').every((item) => item.trimStart().startsWith(expected))
  }
  return actual.startsWith(expected)
}

function isFree(name: string): boolean {
  return FREE_FIELDS.has(name) || name.startsWith('x-ignore-')
}

/** @see https://github.com/localstack/localstack – `test_s3.py`, recorded on AWS */
function conditionFailed(...condition: readonly unknown[]): S3Error {
  const text = condition.map((each) => JSON.stringify(each)).join(', ')
  return new S3Error(
    'AccessDenied',
    `Invalid according to Policy: Policy Condition failed: [${text}]`,
  )
}

function invalid(reason: string): S3Error {
  return new S3Error('InvalidPolicyDocument', `Invalid Policy: ${reason}`)
}

function denied(reason: string): S3Error {
  return new S3Error('AccessDenied', `Invalid according to Policy: ${reason}`)
}
