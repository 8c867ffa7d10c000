/**
 * Reports an error as uncaught, or logs it on platforms without `reportError`.
 *
 * @see https://html.spec.whatwg.org/multipage/webappapis.html#dom-reporterror
 */
export function reportError(error: unknown): void {
  // In Node, an uncaught error would end the process.
  if (typeof globalThis.reportError === 'function') globalThis.reportError(error)
  else console.error('a listener of an upload failed', error)
}
