/**
 * A chunk of the client's own code, loaded from the page's server, which here does not give it at
 * first.
 *
 * @module
 */

import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, vi } from 'vitest'

const GONE = new TypeError('Failed to fetch dynamically imported module')

/**
 * Withholds a chunk in each test of the file.
 *
 * @param chunk - Its path below `packages/waybill/src/client`.
 * @param exports - What it then has.
 * @returns How often it is refused, which a test may change, and how often it was asked for.
 */
export function withheldChunk(chunk: string, exports: object) {
  const path = fileURLToPath(new URL(`../../src/client/${chunk}`, import.meta.url))
  const state = { refusals: 0, loads: 0 }

  beforeEach(() => {
    vi.resetModules()
    state.loads = 0
    vi.doMock(path, () => {
      state.loads += 1
      if (state.loads <= state.refusals) throw GONE
      return exports
    })
  })

  afterEach(() => {
    vi.doUnmock(path)
    vi.resetModules()
  })

  return state
}
