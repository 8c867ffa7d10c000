/**
 * Bare `fetch`: one PUT for a large file; forms for small ones, as many at the same time as the
 * browser allows.
 *
 * @module
 */

import type { BareAnswer } from '../signing/bare.ts'
import { post, presigned, put } from './bare.ts'
import { showContestant } from './contestant.ts'

let signed: BareAnswer | undefined

showContestant({
  prepare: async (files) => {
    signed = await presigned(files.length)
  },
  upload: async (files) => {
    const [first] = files
    if (first && files.length === 1) await put(signed?.puts[0], first)
    else await Promise.all(files.map((file, index) => post(signed?.posts[index], file)))
  },
})
