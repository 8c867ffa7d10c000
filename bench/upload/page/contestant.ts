/**
 * The clock around a contestant's page. It starts when the files have been chosen and everything is loaded, and stops
 * when the library says that all of them have arrived.
 *
 * @module
 */

export interface PageContestant {
  /** Before the clock starts. */
  readonly prepare?: (files: readonly File[]) => Promise<void>
  /** Rejects when any of the files did not arrive. */
  readonly upload: (files: readonly File[]) => Promise<void>
}

declare global {
  /** Called from outside. Resolves to milliseconds. */
  var measure: (() => Promise<number>) | undefined
}

export function showContestant({ prepare, upload }: PageContestant): void {
  globalThis.measure = async () => {
    const files = [...(document.querySelector('input')?.files ?? [])]
    await prepare?.(files)
    const started = performance.now()
    await upload(files)
    return performance.now() - started
  }
}
