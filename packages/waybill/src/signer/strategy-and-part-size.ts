/**
 * Decides whether a file is sent as a form, with a PUT or in parts, and how large the parts are.
 *
 * @module
 */

import { type PartPlan, planParts } from 'waybill-s3'
import { LIMITS, MAX_SINGLE_UPLOAD_SIZE } from 'waybill-s3/internal/multipart-limits'
import type { FileDescription } from '../protocol/messages.ts'
import { parseSize, type Size } from '../protocol/size.ts'
import type { UploadRules } from '../protocol/upload-rule.ts'
import type { Waybill } from '../seal/waybill.ts'
import type { HostedStore } from '../storage/hosted-stores.ts'
import type { SignerOptions } from './context/signer-options.ts'
import type { SignerRule } from './rules/signer-rule.ts'

export type UploadPlan = Pick<Waybill, 'strategy' | 'partSize'>

export interface StrategySettings {
  readonly singleRequest: 'post' | 'put'
  /** In bytes. Larger files are sent in parts. `Infinity` if the store has no multipart uploads. */
  readonly multipartThreshold: number
  /** In bytes. */
  readonly partSize: number | undefined
}

export function planUpload(
  context: StrategySettings,
  { size, secondHost }: Pick<FileDescription, 'size' | 'secondHost'>,
  { only }: Pick<SignerRule, 'only'> = {},
): UploadPlan {
  // S3 cannot check the SHA-256 of an object that it puts together from parts.
  if (size <= context.multipartThreshold || only?.sha256 !== undefined)
    return { strategy: context.singleRequest }
  const partSize = context.partSize ?? evenPartSize(size, secondHost)
  return { strategy: 'multipart', partSize: planParts(size, partSize).partSize }
}

/** Returns the same part plan as when the upload was granted. */
export function planOf({ size, partSize = MAX_PREFERRED_SIZE }: Waybill): PartPlan {
  return planParts(size.max, partSize)
}

const MIB = 1024 ** 2
const MIN_PREFERRED_SIZE = 8 * MIB
const MAX_PREFERRED_SIZE = 16 * MIB
/**
 * Minimum number of parts for a file larger than 1 GiB. A client that loses its connection resends
 * the parts in flight, usually six, which are then less than a twentieth of the file.
 */
const LEAST_COUNT = 128
/** Smaller parts would cost more time in additional requests than they save in idle connections. */
const SMALLEST_EVEN_PART_SIZE = 5 * MIB

/**
 * Part counts that are divisible by the usual numbers of connections, so that no connection is idle
 * while the last parts are sent.
 */
const EVEN_COUNTS = [3, 6, 12, 18, 24, 30, 36, 42, 48]
/** Number of connections of a client that can use both of the bucket's host names. */
const BOTH = 12

/**
 * Returns a part size of 5 to 16 MiB that grows with the file. Files of a few dozen parts get
 * slightly smaller parts, so that three, six or twelve connections finish together. With more
 * parts, an idle connection at the end hardly matters.
 */
function evenPartSize(size: number, secondHost: boolean | undefined): number {
  const largest = Math.floor(size / LEAST_COUNT)
  const preferred = Math.min(MAX_PREFERRED_SIZE, Math.max(MIN_PREFERRED_SIZE, largest))
  const needed = Math.ceil(size / preferred)
  const count = EVEN_COUNTS.find((even) => even >= needed && !(secondHost && even % BOTH))
  const even = count === undefined ? preferred : Math.ceil(size / count)
  if (even >= SMALLEST_EVEN_PART_SIZE) return even
  // The file is too small for twelve parts, so use as many as possible.
  return secondHost ? SMALLEST_EVEN_PART_SIZE : preferred
}

export function readStrategyOptions(
  options: SignerOptions<UploadRules, never>,
  store: HostedStore | undefined,
): StrategySettings {
  const { singleRequest = store?.singleRequest ?? 'post' } = options
  const { multipart = true, multipartThreshold = '16 MiB' } = options
  if (singleRequest !== 'post' && singleRequest !== 'put') {
    throw new TypeError(`singleRequest is '${singleRequest}', expected 'post' or 'put'`)
  }
  if (typeof multipart !== 'boolean') {
    throw new TypeError(`multipart is '${multipart}', expected true or false`)
  }
  const threshold = parseSize(multipartThreshold, 'multipartThreshold')
  if (threshold > MAX_SINGLE_UPLOAD_SIZE) {
    throw new RangeError(
      `multipartThreshold is ${threshold} bytes, but S3 accepts at most ${MAX_SINGLE_UPLOAD_SIZE} in one request`,
    )
  }
  return {
    singleRequest,
    multipartThreshold: multipart ? threshold : Number.POSITIVE_INFINITY,
    partSize: readPartSize(options.partSize),
  }
}

function readPartSize(partSize: Size | undefined): number | undefined {
  if (partSize === undefined) return undefined
  const bytes = parseSize(partSize, 'partSize')
  const { minPartSize, maxPartSize } = LIMITS
  if (bytes < minPartSize || bytes > maxPartSize) {
    throw new RangeError(`partSize is ${bytes} bytes, expected ${minPartSize} to ${maxPartSize}`)
  }
  return bytes
}

/**
 * @throws {TypeError | RangeError} If a rule needs a feature that the store does not have. The
 *   message names the rule.
 */
export function checkRulesFit(
  rules: ReadonlyMap<string, SignerRule>,
  { singleRequest, multipartThreshold }: StrategySettings,
): void {
  for (const { name, size, form } of rules.values()) {
    if (form && singleRequest === 'put') {
      throw new TypeError(
        `rules.${name}.form needs POST policies, but files go to this store with singleRequest 'put'`,
      )
    }
    if (multipartThreshold === Number.POSITIVE_INFINITY && size.max > MAX_SINGLE_UPLOAD_SIZE) {
      throw new RangeError(
        `rules.${name}.maxSize is ${size.max} bytes, expected at most ${MAX_SINGLE_UPLOAD_SIZE} with multipart: false`,
      )
    }
  }
}
