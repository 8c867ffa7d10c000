/**
 * `npm run bench -- http`: the CPU that a server spends on the calls of a page: one that creates an
 * upload, and those that resume and complete one of up to 10,000 parts.
 *
 * @module
 */

import type { Options, Section } from '../harness/results.ts'
import { measureCreates } from './create.ts'
import { measureParts } from './parts.ts'

/** Runs the benchmark. */
export async function run({ isQuick }: Options): Promise<Section> {
  const creates = await measureCreates(isQuick)
  const parts = await measureParts(isQuick)
  return {
    text: `${creates.text}\n\n### Resuming and completing an upload of many parts\n${parts.text}`,
    goals: [...creates.goals, ...parts.goals],
  }
}
