/**
 * Error messages for users. The error's code selects the text, because the error's own message is
 * for developers. Only messages from the application's `accept` are shown to users.
 *
 * @module
 */

import type { ErrorDetails, UploadError, UploadErrorCode } from '../../protocol/upload-error.ts'
import type { WordKey } from './english.ts'
import { kinds, type Texts } from './texts.ts'

/** Messages without values. Any other code means that the page or its server has a mistake. */
const PHRASES: Partial<Readonly<Record<UploadErrorCode, WordKey>>> = {
  FILE_TOO_LARGE: 'tooLargeBare',
  FILE_TOO_SMALL: 'tooSmallBare',
  FILE_TYPE_NOT_ALLOWED: 'wrongTypeBare',
  FILE_REFUSED: 'refused',
  TOO_MANY_FILES: 'refused',
  QUOTA_EXCEEDED: 'quotaBare',
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
  PAGE_OUTDATED: 'outdated',
  ABORTED: 'stopped',
}

/**
 * Explains why an upload failed and what the user can do about it. Returns a message from the
 * rule's `accept` unchanged.
 *
 * @param texts - The result of `loadTexts` or `englishTexts`.
 */
export function failureWords(error: UploadError, texts: Texts): string {
  const sentence = failureSentence(error, texts)
  if (!isForOwner(error)) return sentence
  const text = texts.say('reference', { id: error.code })
  return `${sentence} ${texts.say('saidSentence', { text })}`
}

/** `failureWords` without the code. */
export function failureSentence(error: UploadError, texts: Texts): string {
  return sentenceWithValues(error, texts) ?? texts.say(PHRASES[error.code] ?? 'misconfigured')
}

/**
 * What the user can quote to the website's owner, who finds it in the logs.
 *
 * @param isTold - Whether the text asks the user to tell the owner.
 */
export function referenceOf(error: UploadError, isTold = isForOwner(error)): string {
  return [...(isTold ? [error.code] : []), ...(error.id ? [error.id] : [])].join(' ')
}

function isForOwner({ code }: UploadError): boolean {
  return !(code in PHRASES)
}

function sentenceWithValues(
  { code, message, details }: UploadError,
  texts: Texts,
): string | undefined {
  const allowed = details?.allowed
  if (code === 'FILE_REFUSED') return message || undefined
  if (code === 'QUOTA_EXCEEDED') return quotaWords(details, texts)
  if (code === 'FILE_TYPE_NOT_ALLOWED' && typeof allowed === 'object') {
    return texts.say('wrongType', { allowed: kinds(allowed, texts) })
  }
  if (typeof allowed !== 'number') return undefined
  if (code === 'TOO_MANY_FILES') return texts.say('tooMany', { n: allowed })
  // To require one byte is to refuse empty files.
  if (allowed === 1) return undefined
  if (code === 'FILE_TOO_LARGE') return texts.say('tooLarge', { allowed: texts.limit(allowed) })
  if (code === 'FILE_TOO_SMALL')
    return texts.say('tooSmall', { allowed: texts.limit(allowed, 'ceil') })
  return undefined
}

function quotaWords(
  { allowed, retryAfterSeconds }: ErrorDetails = {},
  texts: Texts,
): string | undefined {
  if (retryAfterSeconds === undefined) return undefined
  const time = texts.duration(retryAfterSeconds)
  if (typeof allowed !== 'number' || allowed === 0) return texts.say('quota', { time })
  return texts.say('quotaSize', { allowed: texts.limit(allowed), time })
}
