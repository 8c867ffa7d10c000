/**
 * Calls the application's `onError` so that a failure of `onError` itself changes no response.
 *
 * @module
 */

import { S3Error } from 'waybill-s3'
import { refusalAdvice } from '../../protocol/refusal-advice.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import { StorageUnavailable } from '../../storage/storage-unavailable.ts'
import { InvalidReturn } from '../rules/ask-application.ts'
import { SecretUnavailable } from '../waybill/secret.ts'

/** The call to the signer in which something failed. */
export interface FailedCall {
  /** As in the response and in events. */
  readonly id: string
}

/** The option `onError`. It may be asynchronous although its type says that nothing is awaited. */
export type OnError = (error: unknown, call?: FailedCall) => unknown

/** Tells `onError`; `call` is missing for what fails outside of one. */
export type TellError = (error: unknown, call?: FailedCall) => void

/**
 * Returns a function that never throws and leaves no rejected promise behind.
 *
 * Without it a failing log ends the process, or keeps the signer from answering at all.
 *
 * @param onError - What the application gave; `console.error` hears of what it fails with.
 * @default onError is console.error
 */
export function tellErrorTo(onError: OnError = console.error): TellError {
  return (error, call) => {
    try {
      // `console.error` would write an argument that is undefined.
      Promise.resolve(call ? onError(error, call) : onError(error)).catch(sayFailure)
    } catch (failure) {
      sayFailure(failure)
    }
  }
}

/** How often `onError` hears of a mistake that every call meets: one upload makes some calls. */
const MISTAKE_EVERY_MS = 60_000

/** Lets each mistake in setting up through once a minute, and every other error. */
export function oftenEnough(tell: TellError, now: () => Date): TellError {
  const toldAt = new Map<string, number>()
  return (error, call) => {
    const mistake = mistakeIn(error)
    if (mistake !== undefined) {
      const at = now().getTime()
      // A clock that is set back does not silence it.
      if (Math.abs(at - (toldAt.get(mistake) ?? -Infinity)) < MISTAKE_EVERY_MS) return
      toldAt.set(mistake, at)
    }
    tell(error, call)
  }
}

/** @returns What names a mistake that stays until somebody mends it; there are only a few. */
function mistakeIn(error: unknown): string | undefined {
  if (isOurs(error) && error.code === 'CLOCK_SKEWED') return error.code
  return error instanceof InvalidReturn || isWithoutSecret(error) ? error.message : undefined
}

/**
 * The default of the signer's `onError`: a line for what it says itself and for what storage said.
 * Of all else, which an application threw, the whole with its stack.
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

/** A secret is missing or too short; its function did not fail. */
function isWithoutSecret(error: unknown): error is SecretUnavailable {
  return error instanceof SecretUnavailable && error.cause instanceof RangeError
}

function isOurs(error: unknown): error is UploadError | StorageUnavailable {
  return error instanceof UploadError || error instanceof StorageUnavailable
}

function sayFailure(failure: unknown): void {
  console.error('onError failed', failure)
}
