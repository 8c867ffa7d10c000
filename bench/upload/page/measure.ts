/**
 * Measures the contestants of a page: from when the files are chosen and everything is loaded,
 * until the library reports that all files have arrived.
 *
 * @module
 */

/** A contestant in a page. */
interface PageContestant {
  /** Runs before the measurement. */
  readonly prepare?: (files: readonly File[]) => Promise<void>
  /** Uploads the files. Rejects when one has not arrived. */
  readonly upload: (files: readonly File[]) => Promise<unknown>
  /** Runs after it, and tells more of it. */
  readonly after?: () => Promise<{ longestTaskMs: number }>
}

/** What a page tells of an upload. */
export interface TimedInPage {
  /** When the call was made, by the clock of the machine in milliseconds. */
  readonly startedAt: number
  /** From the call until the library reports that all files have arrived. */
  readonly ms: number
  /** The longest time in which the page did nothing else, where the contestant looks. */
  readonly longestTaskMs?: number
}

declare global {
  /** Called by the benchmark. */
  var measure: ((name: string) => Promise<TimedInPage>) | undefined
}

/** Makes contestants available to the benchmark, by name. */
export function showContestants(contestants: Readonly<Record<string, PageContestant>>): void {
  globalThis.measure = async (name) => {
    const contestant = contestants[name]
    if (!contestant) throw new TypeError(`there is no contestant ${name} in this page`)
    const { prepare, upload, after } = contestant
    const files = [...(document.querySelector('input')?.files ?? [])]
    await prepare?.(files)
    const started = performance.now()
    await upload(files)
    const ms = performance.now() - started
    return { startedAt: performance.timeOrigin + started, ms, ...(await after?.()) }
  }
}
