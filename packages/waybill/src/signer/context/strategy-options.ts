import { LIMITS, MAX_SINGLE_UPLOAD_SIZE } from 'waybill-s3/internal/multipart-limits'
import { parseSize, type Size } from '../../protocol/size.ts'
import type { UploadRules } from '../../protocol/upload-rule.ts'
import type { SignerRule } from '../rules/signer-rule.ts'
import type { SignerOptions } from './signer-options.ts'

export interface StrategySettings {
  readonly singleRequest: 'post' | 'put'
  /** In bytes. Larger files are sent in parts. `Infinity` if the store has no multipart uploads. */
  readonly multipartThreshold: number
  /** In bytes. */
  readonly partSize: number | undefined
}

export function readStrategyOptions(options: SignerOptions<UploadRules, never>): StrategySettings {
  const { singleRequest = 'post', multipart = true, multipartThreshold = '16 MiB' } = options
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
      throw new TypeError(`rules.${name}.form needs POST policies, but singleRequest is 'put'`)
    }
    if (multipartThreshold === Number.POSITIVE_INFINITY && size.max > MAX_SINGLE_UPLOAD_SIZE) {
      throw new RangeError(
        `rules.${name}.maxSize is ${size.max} bytes, expected at most ${MAX_SINGLE_UPLOAD_SIZE} with multipart: false`,
      )
    }
  }
}
