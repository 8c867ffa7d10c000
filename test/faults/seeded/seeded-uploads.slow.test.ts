/**
 * A fifth of all requests is spoiled, by a seed; all uploads must still end `done`, their bytes
 * equal, nothing left over, and each rule told once. `WAYBILL_LONG` runs the 200 uploads up to
 * 1 GiB, else a slice of them.
 *
 * Slow: large files, many of them, and waits after each failure. `seeded-uploads.test.ts` has one
 * seed.
 *
 * @module
 */

import { patient, startSystem } from '@waybill/test-support/system'
import { describe, expect, it } from 'vitest'
import { seededPlan } from './seeded-plan.ts'
import {
  ANSWER_LOST,
  expectAllToArrive,
  expectToSurvive,
  FAULTY_SHARE,
  MEDIUM,
  SIZES,
  SLICE,
  SMALL,
  spoiledSigner,
  UNANSWERED,
} from './seeded-uploads.ts'

/** How often each size is among the 200. */
const MIX = [
  ...repeat(30, [...SMALL, ...MEDIUM]),
  ...repeat(16, [SIZES.large]),
  ...repeat(4, [SIZES.huge]),
]

function repeat(times: number, sizes: readonly number[]): number[] {
  return Array.from({ length: times }, () => sizes).flat()
}

const TIMEOUT = { timeout: 180_000 }

describe('uploads over a connection that spoils a fifth of all requests', () => {
  it.each([2, 3])('all arrive, in sizes up to 16 MiB and a byte (seed %i)', async (seed) => {
    await expectToSurvive(seed, SLICE)
  })

  it.each([6, 7])(
    'all arrive, even more than fit into one call, while the signer fails (seed %i)',
    TIMEOUT,
    async (seed) => {
      const share = FAULTY_SHARE
      const spoiled = spoiledSigner(seed)
      const system = await startSystem({
        storagePlan: seededPlan({ seed, share, kinds: [...UNANSWERED, ...ANSWER_LOST] }),
        // All that wait for the signer go on in one tick.
        signerPlan: (request) =>
          request.attempt < 4 ? { kind: 'reset-request', afterBytes: 0 } : spoiled(request),
      })
      // They wait for company as long as they say: else few would be in a call.
      const uploader = (owner: string) => system.uploader(owner, { effects: { wait: patient } })
      await expectAllToArrive({ ...system, uploader }, repeat(250, [SIZES.oneByte]), seed)
    },
  )

  it('arrive if they are large', TIMEOUT, async () => {
    await expectToSurvive(4, [SIZES.large])
  })

  it.runIf(process.env.WAYBILL_LONG)(
    'all arrive, 200 of them up to 1 GiB',
    { timeout: 1_800_000 },
    async () => {
      expect(MIX).toHaveLength(200)
      await expectToSurvive(5, MIX, true)
    },
  )
})
