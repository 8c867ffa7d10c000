/**
 * One fault after another at a place of our choosing, and what the upload makes of it.
 *
 * @module
 */

import { seededFile, sha256Of } from '@waybill/test-support/seeded-file'
import { openUploads, sha256Stored, storedKeys } from '@waybill/test-support/stored'
import { type System, startSystem } from '@waybill/test-support/system'
import { describe, expect, it } from 'vitest'
import type { Fault, FaultPlan } from '../../packages/strict-s3/src/faults/fault.ts'

const MIB = 1024 ** 2
/** No fault here is a stall: a busy machine must not look like one. */
const CALM = { stallMs: 600_000 } as const

/** Spoils the first attempts of one operation (and of one part, if it has parts), in this order. */
function inTurn(operation: string, faults: readonly Fault[], part?: number): FaultPlan {
  return (request) => {
    if (request.operation !== operation || request.partNumber !== part) return undefined
    return faults[request.attempt]
  }
}

const refusal = (kind: 'SlowDown' | 'RequestTimeTooSkewed' | 'NotImplemented' | 'AccessDenied') =>
  ({ kind, cors: true, early: false }) as const

async function expectWhole(system: System, file: File): Promise<void> {
  const { key } = await system.uploader('a', CALM).upload(file).done
  expect(await sha256Stored(system, key)).toBe(await sha256Of(file.stream()))
  expect(system.completed).toEqual([key])
  expect(await openUploads(system)).toEqual([])
}

describe('a file in one request', () => {
  it('survives a wrong clock after four broken connections', async () => {
    const reset = { kind: 'reset-request', afterBytes: 100 } as const
    const faults = [reset, reset, reset, reset, refusal('RequestTimeTooSkewed')]
    const system = await startSystem({ storagePlan: inTurn('PostObject', faults) })
    await expectWhole(system, seededFile('small.bin', 1000, 1))
  })

  it.each(['NotImplemented', 'AccessDenied'] as const)(
    'is abandoned at once after %s',
    async (kind) => {
      const system = await startSystem({ storagePlan: inTurn('PostObject', [refusal(kind)]) })
      const upload = system.uploader('a', CALM).upload(seededFile('small.bin', 1000, 2))
      await expect(upload.done).rejects.toMatchObject({ code: 'STORAGE_REFUSED' })
      const { exchanges } = system.storageProxy
      expect(exchanges.map(({ request }) => request.operation)).toEqual(['PostObject'])
      expect(await storedKeys(system)).toEqual([])
      expect(system.completed).toEqual([])
    },
  )

  it('is resent if a byte was flipped in transit', async () => {
    const file = seededFile('film.mp4', MIB, 3)
    const system = await startSystem({
      storagePlan: inTurn('PostObject', [{ kind: 'flip-byte', at: 500_000 }]),
    })
    await expectWhole(system, file)
    const posts = system.storageProxy.exchanges.filter(({ status }) => status !== undefined)
    expect(posts.map(({ request, status }) => [request.operation, status])).toEqual([
      ['PostObject', 400],
      ['PostObject', 204],
      ['HeadObject', 200],
    ])
  })
})

describe('a file in parts', () => {
  it('resends only the part in which a byte was flipped', async () => {
    const file = seededFile('film.mp4', 20 * MIB, 4)
    const system = await startSystem({
      storagePlan: inTurn('UploadPart', [{ kind: 'flip-byte', at: 3 * MIB }], 2),
      signer: { partSize: 5 * MIB },
    })
    await expectWhole(system, file)
    const parts = system.storageProxy.exchanges.flatMap(({ request }) => request.partNumber ?? [])
    expect(parts.sort()).toEqual([1, 2, 2, 3, 4])
  })

  it('is completed once if the response to its completion is lost', async () => {
    const lost = { kind: 'lose-response' } as const
    const system = await startSystem({
      storagePlan: inTurn('CompleteMultipartUpload', [lost, lost]),
      signerPlan: ({ path, attempt }) =>
        path.endsWith('/complete') && attempt === 0 ? lost : undefined,
    })
    await expectWhole(system, seededFile('film.mp4', 17 * MIB, 5))
  })

  it('resumes when the connection is back', async () => {
    const file = seededFile('film.mp4', 40 * MIB, 6)
    const system = await startSystem({
      storagePlan: inTurn('UploadPart', [{ kind: 'stall-request', afterBytes: MIB }], 2),
    })
    const upload = system.uploader('a', CALM).upload(file)
    const { storageProxy } = system
    await storageProxy.until(() => storageProxy.stalled === 1)
    storageProxy.offline()
    await storageProxy.until(() => storageProxy.refused >= 3)
    storageProxy.online()
    const { key } = await upload.done
    expect(await sha256Stored(system, key)).toBe(await sha256Of(file.stream()))
  })
})
