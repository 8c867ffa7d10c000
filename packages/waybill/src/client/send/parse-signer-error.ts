import type { ErrorMessage } from '../../protocol/messages.ts'
import { type ErrorDetails, isUploadErrorCode, UploadError } from '../../protocol/upload-error.ts'

/** In characters. Longer messages are truncated. */
const MAX_MESSAGE = 2048
const MAX_DETAIL = 256

/** @returns `undefined` if `body` is not an error message. */
export function parseSignerError(body: unknown): UploadError | undefined {
  if (!isErrorMessage(body)) return undefined
  const { code, id: said } = body.error
  const message = body.error.message.slice(0, MAX_MESSAGE)
  const id = isString(said) && isShort(said) ? { id: said } : {}
  if (isUploadErrorCode(code)) {
    return new UploadError(code, message, { ...readDetails(body.error.details), ...id })
  }
  return new UploadError(
    'RESPONSE_INVALID',
    `the signer responded with an unknown error ${code.slice(0, 64)}: ${message}`,
    id,
  )
}

function readDetails(body: unknown): { readonly details?: ErrorDetails } {
  const { actual, allowed, retryAfterSeconds } = isRecord(body) ? body : {}
  const details = {
    ...(isShort(actual) ? { actual } : {}),
    ...(isShort(allowed) || isShortList(allowed) ? { allowed } : {}),
    ...(isInteger(retryAfterSeconds) ? { retryAfterSeconds } : {}),
  }
  return Object.keys(details).length > 0 ? { details } : {}
}

function isShort(value: unknown): value is string | number {
  return isString(value) ? value.length <= MAX_DETAIL : Number.isFinite(value)
}

function isShortList(value: unknown): value is string[] {
  return (
    Array.isArray(value) &&
    value.length <= MAX_DETAIL &&
    value.every((entry) => isString(entry) && isShort(entry))
  )
}

function isErrorMessage(body: unknown): body is ErrorMessage {
  if (!isRecord(body) || !isRecord(body.error)) return false
  return [body.error.code, body.error.message].every(isString)
}

/**
 * Duplicated from `protocol/json-value.ts`, because importing that module would load its other
 * functions too.
 */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value)
}

function isString(value: unknown): value is string {
  return typeof value === 'string'
}
