/**
 * Waiting for what nothing tells of.
 *
 * @module
 */

import { expect } from 'vitest'

/** Waits until what `read` answers is as expected; half a minute is long for any machine. */
export function eventually<T>(read: () => T | Promise<T>) {
  return expect.poll(read, { timeout: 30_000, interval: 20 })
}
