/**
 * Bare `fetch` over six connections: each sends a sixth of the file as a separate object.
 *
 * @module
 */

import type { NodeContestant } from './contestant.ts'
import { presignedPuts, putRange } from './put-range.ts'

const CONNECTIONS = 6
let urls: readonly string[] = []

/** The contestant. */
export const contestant: NodeContestant = {
  prepare: async ({ appUrl }) => {
    urls = await presignedPuts(appUrl, CONNECTIONS)
  },
  upload: async ({ paths: [path = ''], size }) => {
    const length = Math.ceil(size / CONNECTIONS)
    await Promise.all(
      urls.map((url, index) => {
        const start = index * length
        return putRange(url, path, start, Math.min(size, start + length))
      }),
    )
  },
}
