/**
 * One point of the smoke test seen on a stage, wrong answers for it, and what is expected to be
 * seen.
 *
 * @module
 */

import type { Asked, refused } from '@waybill/test-support/stand-in'
import { expect } from 'vitest'
import type { Seen } from '../../packages/waybill-cli/src/smoke/point.ts'
import { removeRuns, SMOKE_FOLDER } from '../../packages/waybill-cli/src/smoke/smoke-objects.ts'
import { SMOKE_POINTS, seePoint } from '../../packages/waybill-cli/src/smoke/smoke-points.ts'
import type { SmokeRun } from '../../packages/waybill-cli/src/smoke/smoke-run.ts'
import type { Spoil, Stage } from './stage.ts'

/** @returns What sees the point of a number, in a run of that stage or another. */
export function seeOn(stage: Stage) {
  return async (number: number, run: SmokeRun = stage.run()): Promise<Seen> => {
    const point = SMOKE_POINTS.find((each) => each.number === number)
    if (!point) throw new Error(`there is no point ${number}`)
    const seen = await seePoint(point, run)
    await removeRuns(run.s3, SMOKE_FOLDER)
    return seen
  }
}

export const differs = (came: RegExp) => ({ verdict: 'differs', came: expect.stringMatching(came) })
export const expected = (came: RegExp) => ({
  verdict: 'as expected',
  came: expect.stringMatching(came),
})
export const notSeen = (came: RegExp) => ({
  verdict: 'not seen',
  came: expect.stringMatching(came),
})

/** Answers `wrong` where the condition holds. */
export function answering(
  when: (asked: Asked) => boolean,
  wrong: ReturnType<typeof refused>,
): Spoil {
  return async (asked) => (when(asked) ? wrong : undefined)
}

/** Answers `wrong` in place of a refusal with a code. */
export function insteadOf(code: string, wrong: ReturnType<typeof refused>): Spoil {
  return async (_, right) => {
    const answer = await right()
    return String(answer.body).includes(`<Code>${code}</Code>`) ? wrong : answer
  }
}

export const isCreate = ({ method, query }: Asked) => method === 'POST' && query.has('uploads')
export const isComplete = ({ method, query }: Asked) => method === 'POST' && query.has('uploadId')
export const isForm = ({ method, query }: Asked) => method === 'POST' && query.size === 0
export const readsTags = ({ method, query }: Asked) => method === 'GET' && query.has('tagging')
export const by = (user: string, also: (asked: Asked) => boolean) => (asked: Asked) =>
  asked.signedBy === user && also(asked)
