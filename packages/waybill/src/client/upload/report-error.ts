/**
 * Reports an error that a listener of the page threw. The upload neither stops nor starts again
 * because of it.
 *
 * @module
 */

/**
 * Reports as an uncaught error where the platform can do that, else on the console.
 *
 * @see https://html.spec.whatwg.org/multipage/webappapis.html#dom-reporterror
 */
export function reportError(error: unknown): void {
  // In Node an uncaught error would end the process.
  if (typeof globalThis.reportError === 'function') globalThis.reportError(error)
  else console.error('a listener of an upload failed', error)
}
