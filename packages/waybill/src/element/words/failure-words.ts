/**
 * Error messages for users. The error's code selects the text, because the error's own message is
 * for developers. Only messages from the application's `accept` are shown to users.
 *
 * @module
 */

import type { ErrorDetails, UploadError, UploadErrorCode } from '../../protocol/upload-error.ts'
import type { WordKey } from './english.ts'
import { kinds } from './kinds.ts'
import type { Speech } from './speech.ts'

/** Messages without values. Any other code means that the page or its server has a mistake. */
const PHRASES: Partial<Readonly<Record<UploadErrorCode, WordKey>>> = {
  FILE_NAME_INVALID: 'wrongName',
  FILE_UNREADABLE: 'unreadable',
  PREPARE_FAILED: 'unprepared',
  UNAUTHENTICATED: 'signedOut',
  FORBIDDEN: 'forbidden',
  WAYBILL_NOT_YOURS: 'forbidden',
  TOO_MANY_UPLOADS: 'crowded',
  WAYBILL_EXPIRED: 'expired',
  UPLOAD_NOT_FOUND: 'expired',
  POLICY_EXPIRED: 'expired',
  CREDENTIALS_EXPIRED: 'expired',
  NETWORK_FAILED: 'lost',
  STALLED: 'lost',
  SIGNER_UNAVAILABLE: 'unavailable',
  STORAGE_UNAVAILABLE: 'unavailable',
  REQUEST_TIMEOUT: 'unavailable',
  CHECKSUM_MISMATCH: 'damaged',
  OBJECT_MISMATCH: 'damaged',
  OBJECT_NOT_FOUND: 'damaged',
  UPLOAD_INCOMPLETE: 'damaged',
  OBJECT_EXISTS: 'exists',
  ABORTED: 'stopped',
}

/**
 * Explains why an upload failed and what the user can do about it. Returns a message from the
 * rule's `accept` unchanged.
 *
 * @param speech - The result of `loadSpeech` or `englishSpeech`.
 */
export function failureWords(error: UploadError, speech: Speech): string {
  const { code, message, details } = error
  const allowed = details?.allowed
  if (code === 'FILE_REFUSED') return message || speech.say('refused')
  if (code === 'FILE_TOO_LARGE' || code === 'FILE_TOO_SMALL') {
    const key = code === 'FILE_TOO_LARGE' ? 'tooLarge' : 'tooSmall'
    // To require one byte is to refuse empty files.
    if (typeof allowed !== 'number' || allowed === 1) return speech.say(`${key}Bare`)
    return speech.say(key, { allowed: speech.size(allowed) })
  }
  if (code === 'TOO_MANY_FILES' && typeof allowed === 'number') {
    return speech.say('tooMany', { n: allowed })
  }
  if (code === 'QUOTA_EXCEEDED') return quotaWords(details, speech)
  if (code === 'FILE_TYPE_NOT_ALLOWED') {
    if (typeof allowed !== 'object') return speech.say('wrongTypeBare')
    return speech.say('wrongType', { allowed: kinds(allowed, speech) })
  }
  return speech.say(PHRASES[code] ?? 'misconfigured', { code })
}

function quotaWords({ allowed, retryAfterSeconds }: ErrorDetails = {}, speech: Speech): string {
  if (retryAfterSeconds === undefined) return speech.say('quotaBare')
  const time = speech.duration(retryAfterSeconds)
  if (typeof allowed !== 'number' || allowed === 0) return speech.say('quota', { time })
  return speech.say('quotaSize', { allowed: speech.size(allowed), time })
}
