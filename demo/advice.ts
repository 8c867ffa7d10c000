/**
 * Advice for the user after a failed upload. The message of the error says what happened.
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
  CHECKSUM_MISMATCH: 'It was damaged during the transfer and removed. Try again.',
  POLICY_EXPIRED: 'The signature has expired. Try again.',
  NETWORK_FAILED: `${RUNNING}, then try again.`,
  SIGNER_UNAVAILABLE: `${RUNNING}, then try again.`,
  STORAGE_UNAVAILABLE: `${RUNNING}, then try again.`,
  STALLED: 'The connection stalled. Try again.',
}

/** Returns one or two sentences of advice. */
export function adviceOn({ code, retryable }: UploadError): string {
  const known = ADVICE[code]
  if (known) return known
  return retryable ? 'Try again in a moment.' : `docs/errors.md explains ${code}.`
}

/** Tells whether a retry of the same file can succeed. A problem of the file itself remains. */
export function maySendAgain({ code }: UploadError): boolean {
  return !code.startsWith('FILE_')
}

const UNREACHABLE: ReadonlySet<UploadErrorCode> = new Set(['NETWORK_FAILED', 'SIGNER_UNAVAILABLE'])

/** Returns the text to show while a failed request is retried. */
export function adviceMeanwhile({ code, message }: UploadError): string {
  return `Trying again: ${message}.${UNREACHABLE.has(code) ? ` ${RUNNING}.` : ''}`
}
