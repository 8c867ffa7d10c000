import { seededFile } from '@waybill/test-support/seeded-file'
import { sha256Given, sha256Stored } from '@waybill/test-support/stored'
import { startSystem } from '@waybill/test-support/system'
import { nextEvent, statesOf } from '@waybill/test-support/upload-watch'
import { describe, expect, it } from 'vitest'
import type { Waiting } from 'waybill/client'

const MIB = 1024 ** 2
const PART = { signer: { partSize: 5 * MIB } }

/** @returns What the upload waited for, each time that it told so. */
function waitsOf(
  upload: { on: (name: 'state', listener: () => void) => unknown } & {
    waiting?: Waiting | undefined
  },
) {
  const waits: Waiting[] = []
  upload.on('state', () => {
    if (upload.waiting) waits.push(upload.waiting)
  })
  return waits
}

describe('an upload that waits', () => {
  it('for the storage reports that, since when and until when, and continues', async () => {
    const system = await startSystem(PART)
    const file = seededFile('a', 40 * MIB, 1)
    const upload = system.uploader('me').upload(file)
    const states = statesOf(upload)
    const waits = waitsOf(upload)
    await system.storageProxy.until(() =>
      system.storageProxy.exchanges.some(({ request, status }) => request.partNumber && status),
    )
    const before = Date.now()
    system.storageProxy.offline()
    await nextEvent(upload, 'state', ({ state }) => state === 'waiting')
    expect(upload.waiting?.reason).toBe('storage')
    expect(upload.progress.bytesPerSecond).toBeUndefined()
    // Set anew with each try of the line.
    for (let times = 0; times < 3; times += 1) {
      await nextEvent(upload, 'state', ({ previous }) => previous === 'waiting')
      expect(upload.state).toBe('waiting')
    }
    system.storageProxy.online()
    const { key } = await upload.done
    expect(await sha256Stored(system, key)).toBe(await sha256Given(file))
    expect(upload.waiting).toBeUndefined()
    // However many parts wait, each change is told once.
    for (const [index, wait] of waits.entries()) expect(wait).not.toEqual(waits[index + 1])
    const [first] = waits
    for (const { since, until } of waits) {
      expect(since).toEqual(first?.since)
      expect(since.getTime()).toBeGreaterThanOrEqual(before - 1)
      if (until) expect(until.getTime()).toBeGreaterThan(since.getTime())
    }
    const told = states.filter((state, index) => state !== states[index - 1])
    expect(told).toEqual(['queued', 'uploading', 'waiting', 'uploading', 'completing', 'done'])
  })

  it('for the signer reports that, and can be paused', async () => {
    const system = await startSystem()
    system.signerProxy.offline()
    const upload = system.uploader('me').upload(seededFile('a', MIB, 2))
    const states = statesOf(upload)
    await nextEvent(upload, 'state', ({ state }) => state === 'waiting')
    expect(upload.waiting?.reason).toBe('signer')
    upload.pause()
    expect([upload.state, upload.waiting]).toEqual(['paused', undefined])
    upload.resume()
    await nextEvent(upload, 'state', ({ state }) => state === 'waiting')
    system.signerProxy.online()
    await upload.done
    const told = states.filter((state, index) => state !== states[index - 1])
    expect(told.slice(0, 6)).toEqual(['queued', 'hashing', 'queued', 'waiting', 'paused', 'queued'])
    expect(told.slice(-3)).toEqual(['uploading', 'completing', 'done'])
  })

  it('for stalled bytes reports that after five seconds, and continues', async () => {
    const system = await startSystem({
      ...PART,
      storagePlan: ({ partNumber, attempt }) =>
        partNumber && attempt === 0 ? { kind: 'stall-request', afterBytes: 100_000 } : undefined,
    })
    let passedMs = 0
    const monotonicMs = () => performance.now() + passedMs
    const file = seededFile('a', 20 * MIB, 6)
    const uploader = system.uploader('me', { stallMs: 600_000, effects: { monotonicMs } })
    const upload = uploader.upload(file)
    await system.storageProxy.until(() => system.storageProxy.stalled === 2)
    const waiting = nextEvent(upload, 'state', ({ state }) => state === 'waiting')
    passedMs = 5_000
    await waiting
    expect(upload.waiting?.reason).toBe('stalled')
    expect(upload.progress.bytesPerSecond).toBeUndefined()
    const sending = nextEvent(upload, 'state', ({ state }) => state === 'uploading')
    system.storageProxy.usePlan(() => undefined)
    system.storageProxy.release()
    await sending
    const { key } = await upload.done
    expect(await sha256Stored(system, key)).toBe(await sha256Given(file))
  })
})
