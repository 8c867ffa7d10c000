/**
 * Signatures that live five seconds, parts that take eight, and a signer that is restarted in between. Time is the
 * test's: while parts stand still in the proxy, eight seconds pass. `WAYBILL_LONG` lets them really pass.
 *
 * Slow: parts stand still until signatures have expired. `packages/waybill/test/client/old-signatures.test.ts` has
 * the same with one part each.
 *
 * @module
 */

import { seededFile, sha256Of } from '@waybill/test-support/seeded-file'
import { openUploads, sha256Stored } from '@waybill/test-support/stored'
import { ON_A_QUICK_LINE, type System, startSystem } from '@waybill/test-support/system'
import { describe, expect, it } from 'vitest'
import type { RecordedExchange } from '../../packages/strict-s3/src/faults/fault.ts'

const MIB = 1024 ** 2
const LIFE_SECONDS = 5
const PART_TAKES_MS = 8_000

const PARTS = { signer: { partSize: 5 * MIB }, expiresInSeconds: LIFE_SECONDS } as const

const PART_COUNT = 9
/** As many parts as are sent at once before anything is known of the line. */
const CONNECTIONS = 2
/** Parts stand still on purpose. */
const CALM = { connections: CONNECTIONS, stallMs: 600_000 } as const

/** A system where eight seconds pass whenever as many parts as there are connections are half sent. */
async function startSlowSystem() {
  const start = Date.now()
  let passedMs = 0
  const now = () => new Date(start + passedMs)
  const system = await startSystem({
    ...PARTS,
    now,
    storagePlan: ({ operation, bodySize }) =>
      operation === 'UploadPart'
        ? { kind: 'stall-request', afterBytes: Math.floor(bodySize / 2) }
        : undefined,
  })
  const { storageProxy } = system
  const left = () => PART_COUNT - storageProxy.exchanges.filter(isStored).length
  const letPass = async (): Promise<void> => {
    await storageProxy.until(
      () => left() > 0 && storageProxy.stalled === Math.min(CONNECTIONS, left()),
    )
    passedMs += PART_TAKES_MS
    storageProxy.release()
  }
  return { system, now, letPass }
}

function isStored({ request, status }: RecordedExchange): boolean {
  return request.operation === 'UploadPart' && status === 200
}

/** Goes on until the upload has ended. */
async function repeatUntil(ended: Promise<unknown>, step: () => Promise<void>): Promise<void> {
  let isOver = false
  const over = ended.then(
    () => {
      isOver = true
    },
    () => {
      isOver = true
    },
  )
  while (!isOver) await Promise.race([step(), over])
}

async function expectArrived(system: System, file: File, done: Promise<{ key: string }>) {
  const { key } = await done
  expect(await sha256Stored(system, key)).toBe(await sha256Of(file.stream()))
  expect(system.completed).toEqual([key])
  expect(await openUploads(system)).toEqual([])
}

describe('signatures that live five seconds, with parts that take eight', () => {
  const file = seededFile('slow.mp4', PART_COUNT * 5 * MIB - 1, 1)

  it.each([
    ['whose client knows the time', true],
    ['whose client has a clock that stands', false],
  ])('still produce a complete object, %s', async (_, knowsTime) => {
    const { system, now, letPass } = await startSlowSystem()
    const clock = knowsTime ? now : () => new Date(0)
    const uploader = system.uploader('a', { ...CALM, effects: { ...ON_A_QUICK_LINE, now: clock } })
    const { done } = uploader.upload(file)
    await repeatUntil(done, letPass)
    await expectArrived(system, file, done)
    const calls = system.signerProxy.exchanges.map(({ request }) => request.path)
    expect(calls.filter((path) => path.endsWith('/parts')).length).toBeGreaterThan(0)
  })

  it('do so even if the signer restarts in between', async () => {
    const { system, now, letPass } = await startSlowSystem()
    const { done } = system
      .uploader('a', { ...CALM, effects: { ...ON_A_QUICK_LINE, now } })
      .upload(file)
    let restarts = 0
    await repeatUntil(done, async () => {
      if (restarts < 2) await system.restartSigner()
      restarts += 1
      await letPass()
    })
    await expectArrived(system, file, done)
    expect(restarts).toBeGreaterThan(1)
  })
})
