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
import type {
  FaultPlan,
  ObservedRequest,
  RecordedExchange,
} from '../../../packages/strict-s3/src/faults/fault.ts'
import { seededPlan } from './seeded-plan.ts'
import { expectAllToArrive, FAULTY_SHARE, SIZES } from './seeded-uploads.ts'

const { large, huge } = SIZES
const LONG = { timeout: 1_800_000 }
/** As a page has them. */
const PER_HOST = 6
/** Where packets are lost, each connection has its own rate: 800 kB/s. */
const LOSSY = (connections: number) => 800 * connections
const FAST = () => 100_000

/** The same system, whose uploaders may use both host names and see a line that loses packets. */
function onBothHosts(system: System): System {
  const own = { storageOrigins: originsOf(system), connections: PER_HOST, ...lineOfBytes(LOSSY) }
  return { ...system, uploader: (owner) => system.uploader(owner, own) }
}

function originsOf({ storageProxy: { endpoint } }: System): string[] {
  return storageOrigins({ bucket: BUCKET, region: 'us-east-1', endpoint })
}

function isPart({ request }: RecordedExchange): boolean {
  return request.operation === 'UploadPart'
}

/** @returns How many parts came to each host name, and to the second one without a fault. */
function partsByHost({ storageProxy }: System) {
  const parts = storageProxy.exchanges.filter(isPart)
  const second = parts.filter(({ request }) => isSecond(request))
  const stored = second.filter(({ status }) => status === 200)
  return { first: parts.length - second.length, second: second.length, stored: stored.length }
}

function isSecond({ headers }: ObservedRequest): boolean {
  return headers.host?.startsWith('localhost') === true
}

async function expectToSurvive(storagePlan: FaultPlan, size: number, seed: number) {
  const system = await startSystem({ storagePlan, onDisk: size === huge })
  await expectAllToArrive(onBothHosts(system), [size], seed)
  return partsByHost(system)
}

describe("uploads to both of a bucket's hosts", () => {
  it('send parts to both', async () => {
    const { first, second, stored } = await expectToSurvive(() => undefined, large, 1)
    expect(first).toBeGreaterThan(2)
    expect(second).toBeGreaterThan(0)
    expect(stored).toBe(second)
  })

  it.each([301, 302, 303])(
    'all arrive while a fifth of all requests is spoiled (seed %i)',
    async (seed) => {
      const { second } = await expectToSurvive(
        seededPlan({ seed, share: FAULTY_SHARE }),
        large,
        seed,
      )
      expect(second).toBeGreaterThan(0)
    },
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

  it('silently abandon the second host if it does not work', async () => {
    const system = await startSystem({
      storagePlan: (request) =>
        isSecond(request) ? { kind: 'reset-request', afterBytes: 0 } : undefined,
    })
    const retries: string[] = []
    await expectAllToArrive(onBothHosts(system), [large], 5, (upload) =>
      upload.on('retry', ({ error }) => retries.push(error.code)),
    )
    const { second } = partsByHost(system)
    expect(second).toBeGreaterThan(0)
    expect(second).toBeLessThanOrEqual(6)
    expect(retries).toEqual([])
  })

  it('send nothing to the second host if the page names one, or the connection is fast', async () => {
    const system = await startSystem()
    const origins = originsOf(system)
    expect(origins).toHaveLength(2)
    for (const [line, allowed] of [
      [LOSSY, origins.slice(0, 1)],
      [FAST, origins],
    ] as const) {
      const own = { storageOrigins: allowed, ...lineOfBytes(line) }
      const uploader = (owner: string) => system.uploader(owner, own)
      await expectAllToArrive({ ...system, uploader }, [large], 6 + allowed.length)
    }
    expect(partsByHost(system).second).toBe(0)
  })
})
