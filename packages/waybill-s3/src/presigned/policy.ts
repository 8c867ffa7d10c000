/**
 * POST policies: the JSON documents that limit what a presigned POST can upload.
 *
 * @see
 *   https://docs.aws.amazon.com/AmazonS3/latest/developerguide/sigv4-HTTPPOSTConstructPolicy.html
 * @module
 */

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

/**
 * Encodes a policy for a form.
 *
 * @param base64 - See `Digest.base64`.
 * @returns The policy in base64: both the `Policy` field and the string to sign.
 */
export function encodePolicy(
  { expiration, conditions }: PolicyDocument,
  base64: (text: string) => string,
): string {
  return base64(JSON.stringify({ expiration: expiration.toISOString(), conditions }))
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

/** @see https://github.com/localstack/localstack – `test_s3.py`, recorded on AWS */
export function conditionFailed(...condition: readonly unknown[]): S3Error {
  const text = condition.map((each) => JSON.stringify(each)).join(', ')
  return new S3Error(
    'AccessDenied',
    `Invalid according to Policy: Policy Condition failed: [${text}]`,
  )
}

function invalid(reason: string): S3Error {
  return new S3Error('InvalidPolicyDocument', `Invalid Policy: ${reason}`)
}
