/**
 * What a person can do about a failed upload. The error's own message says what happened.
 *
 * @module
 */

import type { UploadError, UploadErrorCode } from 'waybill'

const RUNNING = 'Check that waybill dev is still running, then try again.'

const ADVICE: Partial<Record<UploadErrorCode, string>> = {
  FILE_TYPE_NOT_ALLOWED: 'Choose another file, or allow its type in your own rules (--rules).',
  FILE_TOO_LARGE: 'Choose a smaller file, or raise maxSize in your own rules (--rules).',
  FILE_TOO_SMALL: 'Choose a larger file, or lower minSize in your own rules (--rules).',
  FILE_NAME_INVALID: 'Rename the file, then choose it again.',
  FILE_UNREADABLE: 'It was moved, changed or locked after you chose it. Choose it again.',
  CHECKSUM_MISMATCH: 'It was damaged on the way, and removed. Try again.',
  POLICY_EXPIRED: 'The signature’s time was up. Try again.',
  NETWORK_FAILED: RUNNING,
  SIGNER_UNAVAILABLE: RUNNING,
  STORAGE_UNAVAILABLE: RUNNING,
  STALLED: 'The connection stood still. Try again.',
}

/** @returns A sentence or two. */
export function adviceOn({ code, retryable }: UploadError): string {
  const known = ADVICE[code]
  if (known) return known
  return retryable ? 'Try again in a moment.' : `docs/errors.md explains ${code}.`
}

/** Whether the same file can be sent again with any hope: what is wrong with the file itself stays wrong. */
export function maySendAgain({ code }: UploadError): boolean {
  return !code.startsWith('FILE_')
}
