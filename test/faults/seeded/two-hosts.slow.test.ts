/**
 * The seeded plan on twelve connections: parts go to both host names of the bucket while a fifth of
 * all requests is spoiled. `WAYBILL_LONG` runs 30 uploads, two of 1 GiB, else a slice of them.
 *
 * On the loopback address more connections bring no more, so the uploader sees a line on which each
 * carries little, see `lineOfBytes`.
 *
 * Slow: each test sends 100 MiB over connections that are cut and stalled.
 * `packages/waybill/test/client/upload/part-limit.test.ts` has the choice of host names, `seeded-uploads.test.ts`
 * the plan of faults.
 *
 * @module
 */

import { lineOfBytes } from '@waybill/test-support/line-of-bytes'
import { BUCKET, type System, startSystem } from '@waybill/test-support/system'
import { describe, expect, it } from 'vitest'
import { storageOrigins } from 'waybill-s3'
import type { FaultPlan, RecordedExchange } from '../../../packages/strict-s3/src/faults/fault.ts'
import { seededPlan } from './seeded-plan.ts'
import { expectAllToArrive, FAULTY_SHARE, SIZES } from './seeded-uploads.ts'

const { large, huge } = SIZES
const LONG = { timeout: 1_800_000 }
/** As a page has them. */
const PER_HOST = 6
/** Where packets are lost, each connection has its own rate: 800 kB/s. */
const LOSSY = (connections: number) => 800 * connections

/** The same system, whose uploaders may use both host names and see a line that loses packets. */
function onBothHosts(system: System): System {
  const { endpoint } = system.storageProxy
  const origins = storageOrigins({ bucket: BUCKET, region: 'us-east-1', endpoint })
  const own = { storageOrigins: origins, connections: PER_HOST, ...lineOfBytes(LOSSY) }
  return { ...system, uploader: (owner) => system.uploader(owner, own) }
}

function isOfSecondHost({ request: { operation, headers } }: RecordedExchange): boolean {
  return operation === 'UploadPart' && headers.host?.startsWith('localhost') === true
}

async function expectToSurvive(storagePlan: FaultPlan, size: number, seed: number) {
  const system = await startSystem({ storagePlan, onDisk: size === huge })
  await expectAllToArrive(onBothHosts(system), [size], seed)
  expect(system.storageProxy.exchanges.some(isOfSecondHost)).toBe(true)
}

describe("uploads to both of a bucket's hosts", () => {
  it.each([301, 302, 303])(
    'all arrive while a fifth of all requests is spoiled (seed %i)',
    (seed) => expectToSurvive(seededPlan({ seed, share: FAULTY_SHARE }), large, seed),
  )

  it
    .runIf(process.env.WAYBILL_LONG)
    .each([
      ...Array.from({ length: 28 }, (_, index) => [400 + index, large] as const),
      ...[401, 402].map((seed) => [seed, huge] as const),
    ])(
    'all arrive while a fifth of all requests is spoiled (seed %i, %i bytes)',
    LONG,
    async (seed, size) => {
      const plan = seededPlan({ seed, share: FAULTY_SHARE, stallsEverywhere: true })
      await expectToSurvive(plan, size, seed)
    },
  )
})
