/**
 * Measures a contestant in its page: from when the files are chosen and everything is loaded, until
 * the library reports that all files have arrived.
 *
 * @module
 */

/** A contestant in a page. */
export interface PageContestant {
  /** Runs before the measurement. */
  readonly prepare?: (files: readonly File[]) => Promise<void>
  /** Uploads the files. Rejects when one has not arrived. */
  readonly upload: (files: readonly File[]) => Promise<void>
}

declare global {
  /** Called by the benchmark. Resolves to when it began and how many milliseconds it took. */
  var measure: (() => Promise<{ startedAt: number; ms: number }>) | undefined
}

/** Makes a contestant available to the benchmark. */
export function showContestant({ prepare, upload }: PageContestant): void {
  globalThis.measure = async () => {
    const files = [...(document.querySelector('input')?.files ?? [])]
    await prepare?.(files)
    const started = performance.now()
    await upload(files)
    return { startedAt: performance.timeOrigin + started, ms: performance.now() - started }
  }
}
