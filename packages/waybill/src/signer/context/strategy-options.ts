/**
 * The options that decide how files are sent: in one request or in parts, and the size of the
 * parts.
 *
 * @module
 */

import { LIMITS } from 'waybill-s3/internal/part-plan'
import { MAX_SINGLE_UPLOAD_SIZE } from 'waybill-s3/internal/policy-check'
import { parseSize, type Size } from '../../protocol/size.ts'
import type { UploadRules } from '../../protocol/upload-rule.ts'
import type { SignerRule } from '../rules/signer-rule.ts'
import type { SignerOptions } from './signer-options.ts'

/** How files are sent, with defaults filled in. */
export interface StrategySettings {
  readonly singleRequest: 'post' | 'put'
  /** Larger files are sent in parts; `Infinity` if the store has no multipart uploads. */
  readonly multipartThreshold: number
  /** Bytes, if the application has chosen it. */
  readonly partSize: number | undefined
}

/** @throws {TypeError | RangeError} Names the invalid option. */
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
 * Checks that the store can do what the rules ask for.
 *
 * @throws {TypeError | RangeError} Names the rule that asks for too much.
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
