/**
 * What a person can do about a failed upload. The error's own message says what happened.
 *
 * @module
 */

import type { UploadError, UploadErrorCode } from 'waybill'

const RUNNING = 'Check that waybill dev is still running'

const ADVICE: Partial<Record<UploadErrorCode, string>> = {
  FILE_TYPE_NOT_ALLOWED: 'Choose another file, or allow its type in your own rules (--rules).',
  FILE_TOO_LARGE: 'Choose a smaller file, or raise maxSize in your own rules (--rules).',
  FILE_TOO_SMALL: 'Choose a larger file, or lower minSize in your own rules (--rules).',
  FILE_NAME_INVALID: 'Rename the file, then choose it again.',
  FILE_UNREADABLE: 'It was moved, changed or locked after you chose it. Choose it again.',
  CHECKSUM_MISMATCH: 'It was damaged on the way, and removed. Try again.',
  POLICY_EXPIRED: 'The signature’s time was up. Try again.',
  NETWORK_FAILED: `${RUNNING}, then try again.`,
  SIGNER_UNAVAILABLE: `${RUNNING}, then try again.`,
  STORAGE_UNAVAILABLE: `${RUNNING}, then try again.`,
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

const UNREACHABLE: ReadonlySet<UploadErrorCode> = new Set(['NETWORK_FAILED', 'SIGNER_UNAVAILABLE'])

/** @returns What to say while a request that failed is made again. */
export function adviceMeanwhile({ code, message }: UploadError): string {
  return `Trying again: ${message}.${UNREACHABLE.has(code) ? ` ${RUNNING}.` : ''}`
}
