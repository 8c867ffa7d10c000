import { seededFile } from '@waybill/test-support/seeded-file'
import { startSystem } from '@waybill/test-support/system'
import { describe, expect, it } from 'vitest'
import type { Progress } from 'waybill/client'

const MIB = 1024 ** 2

describe('progress', () => {
  it('never decreases and is complete only at the end, even if requests fail', async () => {
    const system = await startSystem({
      signer: { partSize: 5 * MIB },
      storagePlan: ({ operation, partNumber = 0, attempt }) =>
        operation === 'UploadPart' && attempt < partNumber % 3
          ? { kind: 'reset-request', afterBytes: 3 * MIB }
          : undefined,
    })
    const seen: Progress[] = []
    const upload = system.uploader('me').upload(seededFile('a', 25 * MIB, 1), {
      onProgress: (progress) => seen.push(progress),
    })
    const last: Progress[] = []
    upload.on('state', ({ state }) => {
      if (state === 'completing') last.push(upload.progress)
    })
    await upload.done
    expect(seen.length).toBeGreaterThan(2)
    const sent = seen.map((progress) => progress.sent)
    expect(sent).toEqual([...sent].sort((a, b) => a - b))
    for (const { fraction, sent: bytes, total } of [...seen.slice(0, -1), ...last]) {
      expect(fraction).toBeLessThanOrEqual(0.99)
      expect(bytes).toBeLessThan(total)
    }
    expect(seen.at(-1)).toEqual({ sent: 25 * MIB, stored: 25 * MIB, total: 25 * MIB, fraction: 1 })
  })

  it('counts as stored only what S3 has confirmed', async () => {
    const system = await startSystem({ signer: { partSize: 5 * MIB } })
    const { exchanges } = system.storageProxy
    const seen: Progress[] = []
    await system.uploader('me').upload(seededFile('a', 22 * MIB, 6), {
      onProgress: (progress) => {
        seen.push(progress)
        const taken = exchanges.filter(
          ({ request, status }) => request.partNumber && status === 200,
        )
        expect(progress.stored).toBeLessThanOrEqual(Math.min(22 * MIB, taken.length * 5 * MIB))
      },
    }).done
    for (const { stored, sent } of seen) expect(stored).toBeLessThanOrEqual(sent)
    const parts = new Set(seen.slice(0, -1).map(({ stored }) => stored))
    expect([...parts].filter((stored) => stored > 0 && stored < 20 * MIB)).not.toEqual([])
    expect(seen.at(-1)?.stored).toBe(22 * MIB)
  })

  it('of a single request that is resent after a pause says so, and does not decrease', async () => {
    const system = await startSystem({
      storagePlan: ({ operation, attempt }) =>
        operation === 'PostObject' && attempt === 0
          ? { kind: 'stall-request', afterBytes: 100_000 }
          : undefined,
    })
    const upload = system.uploader('me').upload(seededFile('a', 15 * MIB, 7))
    const seen: Progress[] = []
    upload.on('progress', (progress) => seen.push(progress))
    await system.storageProxy.until(() => system.storageProxy.stalled === 1)
    upload.pause()
    const { sent: before } = upload.progress
    expect(before).toBeGreaterThan(0)
    expect(upload.progress.stored).toBe(0)
    upload.resume()
    await upload.done
    const again = seen.filter(({ resending }) => resending !== undefined)
    expect(again[0]).toMatchObject({ sent: before, stored: 0 })
    for (const { resending = 0, sent } of again) expect(resending).toBeLessThanOrEqual(sent)
    expect(seen.at(-1)).toEqual({
      ...{ sent: 15 * MIB, stored: 15 * MIB, total: 15 * MIB, fraction: 1 },
    })
  })
})
