/**
 * Checks a form against a policy, in S3's order and with S3's messages.
 *
 * @see
 *   https://docs.aws.amazon.com/AmazonS3/latest/developerguide/sigv4-HTTPPOSTConstructPolicy.html
 * @module
 */

import { S3Error } from '../s3-error.ts'
import { type Condition, conditionFailed, type PolicyDocument } from './policy.ts'

/** The allowed size of the file in bytes, both ends inclusive. */
export interface SizeRange {
  readonly min: number
  readonly max: number
}

/** The largest file that S3 accepts in a single request, in bytes. */
export const MAX_SINGLE_UPLOAD_SIZE = 5 * 1024 ** 3

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

function denied(reason: string): S3Error {
  return new S3Error('AccessDenied', `Invalid according to Policy: ${reason}`)
}
