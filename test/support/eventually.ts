/**
 * Waiting for what nothing tells of.
 *
 * @module
 */

import { expect, inject, onTestFinished } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    /** Stryker says here that it judges a change of the sources. */
    readonly mode?: string
  }
}

/**
 * Half a minute is long for any machine. Where a failure is expected, Stryker has no more patience
 * itself.
 */
const PATIENCE_MS = inject('mode') === 'mutant' ? 10_000 : 30_000

/** Waits until what `read` answers is as expected. */
export function eventually<T>(read: () => T | Promise<T>) {
  return expect.poll(read, { timeout: PATIENCE_MS, interval: 20 })
}

/** Waits for all that follows from what has happened so far. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** @returns Rejections that nobody handles until the test is over. Node only. */
export function unhandledRejections(): readonly unknown[] {
  const unhandled: unknown[] = []
  const onUnhandled = (reason: unknown) => void unhandled.push(reason)
  process.on('unhandledRejection', onUnhandled)
  onTestFinished(() => {
    process.off('unhandledRejection', onUnhandled)
  })
  return unhandled
}
