/**
 * Calls the application's `onError` so that a failure of `onError` itself changes no response.
 *
 * @module
 */

/** The option `onError`. It may be asynchronous although its type says that nothing is awaited. */
export type OnError = (error: unknown) => unknown

/**
 * Returns a function that never throws and leaves no rejected promise behind.
 *
 * Without it a failing log ends the process, or keeps the signer from answering at all.
 *
 * @param onError - What the application gave; `console.error` hears of what it fails with.
 * @default onError is console.error
 */
export function tellErrorTo(onError: OnError = console.error): (error: unknown) => void {
  return (error) => {
    try {
      Promise.resolve(onError(error)).catch(sayFailure)
    } catch (failure) {
      sayFailure(failure)
    }
  }
}

function sayFailure(failure: unknown): void {
  console.error('onError failed', failure)
}
