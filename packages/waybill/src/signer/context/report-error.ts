/**
 * Reports errors to the application's `onError`. If `onError` itself fails, no response changes.
 *
 * @module
 */

import { S3Error } from 'waybill-s3'
import { refusalAdvice } from '../../protocol/refusal-advice.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import { StorageUnavailable } from '../../storage/storage-unavailable.ts'
import { InvalidReturn } from '../application/ask-application.ts'
import { SecretUnavailable } from '../waybill/secret.ts'

/** The call during which something failed. */
export interface FailedCall {
  /** As in the response and in events. */
  readonly id: string
}

/** The `onError` option. It may return a promise even though nothing awaits it. */
export type OnError = (error: unknown, call?: FailedCall) => unknown

/** Reports an error to `onError`; `call` is missing for errors outside of a call. */
export type ReportError = (error: unknown, call?: FailedCall) => void

/**
 * Returns a function that never throws and never leaves a rejected promise behind.
 *
 * Without it, a failing log would end the process or prevent the response.
 *
 * @param onError - The application's function. Its own failures go to `console.error`.
 * @default onError is console.error
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

/** Every call reports the same configuration mistake, and one upload makes several calls. */
const MISTAKE_INTERVAL_MS = 60_000

/** Passes on each configuration mistake once a minute, and every other error always. */
export function throttleMistakes(report: ReportError, now: () => Date): ReportError {
  const reportedAt = new Map<string, number>()
  return (error, call) => {
    const mistake = mistakeIn(error)
    if (mistake !== undefined) {
      const at = now().getTime()
      // Setting the clock back must not silence the report.
      if (Math.abs(at - (reportedAt.get(mistake) ?? -Infinity)) < MISTAKE_INTERVAL_MS) return
      reportedAt.set(mistake, at)
    }
    report(error, call)
  }
}

/** @returns What identifies a mistake that stays until somebody fixes it; there are only a few. */
function mistakeIn(error: unknown): string | undefined {
  if (isOurs(error) && error.code === 'CLOCK_SKEWED') return error.code
  return error instanceof InvalidReturn || isWithoutSecret(error) ? error.message : undefined
}

/**
 * The default `onError`: one line for errors of Waybill and of the storage, and the whole error
 * with its stack for everything that the application threw.
 */
export function printError(error: unknown, call?: FailedCall): void {
  const who = call ? `waybill signer, call ${call.id}` : 'waybill signer'
  if (error instanceof S3Error) {
    const { code, status, message, detail } = error
    const request = detail.RequestId ? `, request ${detail.RequestId}` : ''
    const advice = refusalAdvice(code, status)
    console.error(`${who}: storage answered ${status} ${code} (${message}${request})${advice}`)
  } else if (isOurs(error) && error.code !== 'INTERNAL_ERROR') {
    const { code, message, cause } = error
    const why = cause instanceof Error ? ` (${cause.message})` : ''
    console.error(`${who}: ${code}: ${message}${why}`)
  } else if (error instanceof InvalidReturn || isWithoutSecret(error)) {
    console.error(`${who}: ${error.message}`)
  } else console.error(`${who}:`, error)
}

/** The secret is missing or too short, as opposed to a function that failed. */
function isWithoutSecret(error: unknown): error is SecretUnavailable {
  return error instanceof SecretUnavailable && error.cause instanceof RangeError
}

function isOurs(error: unknown): error is UploadError | StorageUnavailable {
  return error instanceof UploadError || error instanceof StorageUnavailable
}

function logFailure(failure: unknown): void {
  console.error('onError failed', failure)
}
