/**
 * A fifth of all requests is spoiled, by a seed; all uploads must still end `done`, their bytes equal, nothing left
 * over, and each rule told once. `WAYBILL_LONG` runs the 200 uploads up to 1 GiB, else a slice of them.
 *
 * @module
 */

import { describe, expect, it } from 'vitest'
import { seededPlan } from './seeded-plan.ts'
import { expectAllToArrive, FAULTY_SHARE, SIZES } from './seeded-uploads.ts'
import { startWorld } from './world.ts'

const { nothing, oneByte, belowOnePart, aboveOnePart, belowThreshold, aboveThreshold } = SIZES
const SMALL = [nothing, oneByte]
const MEDIUM = [belowOnePart, aboveOnePart, belowThreshold, aboveThreshold]

async function expectToSurvive(seed: number, sizes: readonly number[], onDisk: boolean) {
  const storagePlan = seededPlan({ seed, share: FAULTY_SHARE })
  const world = await startWorld({ storagePlan, onDisk })
  try {
    await expectAllToArrive(world, sizes, seed)
  } finally {
    console.log(world.storageProxy.summary())
  }
  const { exchanges } = world.storageProxy
  expect(exchanges.some(({ fault }) => fault)).toBe(true)
}

describe('uploads through a line that spoils a fifth of all requests', () => {
  it.each([1, 2, 3])(
    'all arrive, of every size up to 16 MiB and a byte (seed %i)',
    async (seed) => {
      await expectToSurvive(seed, [...SMALL, ...SMALL, ...MEDIUM], false)
    },
  )

  it('arrive when they are large', async () => {
    await expectToSurvive(4, [SIZES.large], false)
  })
})
