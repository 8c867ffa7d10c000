/**
 * Bare `fetch` over all six connections of a browser to one host: each sends a sixth of the file as
 * a separate object. No client that makes one object can be faster.
 *
 * @module
 */

import type { BareAnswer } from '../signing/bare.ts'
import { presigned, put } from './bare.ts'
import { showContestant } from './contestant.ts'

const CONNECTIONS = 6
let signed: BareAnswer | undefined

showContestant({
  prepare: async () => {
    signed = await presigned(CONNECTIONS)
  },
  upload: async (files) => {
    const [file] = files
    if (!file || files.length > 1) throw new Error('expected exactly one file')
    const length = Math.ceil(file.size / CONNECTIONS)
    const slices = Array.from({ length: CONNECTIONS }, (_, index) =>
      file.slice(index * length, (index + 1) * length),
    )
    await Promise.all(slices.map((slice, index) => put(signed?.puts[index], slice)))
  },
})
