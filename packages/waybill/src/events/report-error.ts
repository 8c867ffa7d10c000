import { S3Error } from 'waybill-s3'
import { describeRefusal, refusalAdvice } from '../protocol/refusal-advice.ts'
import { UploadError, type UploadErrorCode } from '../protocol/upload-error.ts'
import { SecretUnavailable } from '../seal/secret.ts'
import { isExpiry } from '../storage/call-s3.ts'
import { StorageUnavailable } from '../storage/storage-unavailable.ts'
import { InvalidReturn } from './ask-application.ts'

export interface FailedCall {
  readonly id: string
}

export type OnError = (error: unknown, call?: FailedCall) => unknown

export type ReportError = (error: unknown, call?: FailedCall) => void

/**
 * Wraps `onError` in a function that never throws and never leaves a rejected promise unhandled.
 * Otherwise an error while logging could end the process or prevent the response.
 */
export function reportErrorTo(onError: OnError = console.error): ReportError {
  return (error, call) => {
    try {
      // `console.error` would print an undefined argument.
      Promise.resolve(call ? onError(error, call) : onError(error)).catch(logFailure)
    } catch (failure) {
      logFailure(failure)
    }
  }
}

/** The code of S3's refusal if it does not concern a single upload. */
export function refusalCode(error: S3Error): UploadErrorCode {
  const { status } = error
  // 501 means that the store lacks a feature, so a retry would not help.
  if ((status >= 500 && status !== 501) || status === 429) return 'STORAGE_UNAVAILABLE'
  return isExpiry(error) ? 'CREDENTIALS_EXPIRED' : 'STORAGE_REFUSED'
}

const MISTAKE_INTERVAL_MS = 60_000

/** Reports each configuration mistake at most once a minute, and all other errors every time. */
export function throttleMistakes(report: ReportError, now: () => Date): ReportError {
  const reportedAt = new Map<string, number>()
  return (error, call) => {
    const mistake = mistakeIn(error)
    if (mistake !== undefined) {
      const at = now().getTime()
      // `Math.abs` makes sure that setting the clock back does not silence reports.
      if (Math.abs(at - (reportedAt.get(mistake) ?? -Infinity)) < MISTAKE_INTERVAL_MS) return
      reportedAt.set(mistake, at)
    }
    report(error, call)
  }
}

/** Returns a string that identifies a configuration mistake, or `undefined` for any other error. */
function mistakeIn(error: unknown): string | undefined {
  if (isOurs(error) && error.code === 'CLOCK_SKEWED') return error.code
  return error instanceof InvalidReturn || isWithoutSecret(error) ? error.message : undefined
}

/**
 * The default `onError`. It prints one line for errors from Waybill and S3. For errors that the
 * application threw, it prints the whole error with its stack.
 */
export function printError(error: unknown, call?: FailedCall): void {
  const who = call ? `waybill signer, call ${call.id}` : 'waybill signer'
  if (error instanceof S3Error) {
    const { message, detail } = error
    const request = detail.RequestId ? `, request ${detail.RequestId}` : ''
    const said = `${describeRefusal(error)} (${message}${request})${refusalAdvice(error)}`
    console.error(`${who}: ${refusalCode(error)}: ${said}`)
  } else if (isOurs(error) && error.code !== 'INTERNAL_ERROR') {
    const { code, message, cause } = error
    const isNew = cause instanceof Error && !message.includes(cause.message)
    const why = isNew ? ` (${cause.message})` : ''
    console.error(`${who}: ${code}: ${message}${why}`)
  } else if (error instanceof InvalidReturn || isWithoutSecret(error)) {
    console.error(`${who}: ${error.message}`)
  } else console.error(`${who}:`, error)
}

/** The cause is a `RangeError` only if the secret is missing or too short. */
function isWithoutSecret(error: unknown): error is SecretUnavailable {
  return error instanceof SecretUnavailable && error.cause instanceof RangeError
}

function isOurs(error: unknown): error is UploadError | StorageUnavailable {
  return error instanceof UploadError || error instanceof StorageUnavailable
}

function logFailure(failure: unknown): void {
  console.error('onError failed', failure)
}
