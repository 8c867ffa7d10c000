/**
 * Bare `fetch`: one presigned PUT per file, twelve at a time as Waybill in Node.
 *
 * @module
 */

import type { NodeContestant } from './contestant.ts'
import { inLanes } from './lanes.ts'
import { presignedPuts, putRange } from './put-range.ts'

let urls: readonly string[] = []

/** The contestant. */
export const contestant: NodeContestant = {
  prepare: async ({ appUrl, paths }) => {
    urls = await presignedPuts(appUrl, paths.length)
  },
  upload: ({ paths, size }) =>
    inLanes(paths, (path, index) => putRange(urls[index] ?? '', path, 0, size), 12),
}
