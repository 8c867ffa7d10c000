/**
 * Tells a wrong clock of the signer from an upload that took too long: S3 answers both alike.
 *
 * @module
 */

import { UploadError } from '../../protocol/upload-error.ts'

/**
 * @param renewAt - When the signature is due to expire, in milliseconds by our clock.
 * @returns `CLOCK_SKEWED` where S3 has called a fresh signature expired; else the error as it is.
 */
export function blameClock(error: unknown, renewAt: number, now: Date): unknown {
  const isExpired = error instanceof UploadError && error.code === 'POLICY_EXPIRED'
  if (!isExpired || now.getTime() >= renewAt) return error
  return new UploadError(
    'CLOCK_SKEWED',
    "the storage took a fresh signature for an expired one: set the signer's clock",
    { cause: error.cause },
  )
}
