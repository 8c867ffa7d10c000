/**
 * Bare `fetch` over all six connections that a browser opens to one host: a sixth of the file in each, as objects of
 * their own. Nothing that must make one object of them can be faster.
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
    if (!file || files.length > 1) throw new Error('made for one file')
    const length = Math.ceil(file.size / CONNECTIONS)
    const slices = Array.from({ length: CONNECTIONS }, (_, index) =>
      file.slice(index * length, (index + 1) * length),
    )
    await Promise.all(slices.map((slice, index) => put(signed?.puts[index], slice)))
  },
})
