import { settle, unhandledRejections } from '@waybill/test-support/eventually'
import { describe, expect, it } from 'vitest'
import { UploadError } from 'waybill'
import type { Effects } from 'waybill/client'
import { startUpload } from './scripted-upload.ts'

const LOST = new UploadError('NETWORK_FAILED', 'lost')

/** A network that is away, and those who wait until it comes back. */
function networkAway() {
  const waiting = new Set<AbortSignal>()
  const online: Effects['online'] = {
    isOnline: () => false,
    whenOnline: (signal) =>
      new Promise((_, reject) => {
        waiting.add(signal)
        signal.addEventListener('abort', () => {
          waiting.delete(signal)
          reject(signal.reason)
        })
      }),
    whenOffline: async () => undefined,
  }
  return { online, waiting }
}

describe('an upload that has ended', () => {
  it.each(['done', 'failed', 'aborted'] as const)(
    'stops watching the network when it is %s',
    async (end) => {
      const { online, waiting } = networkAway()
      const { upload, run } = await startUpload({ online })
      expect([upload.state, waiting.size]).toEqual(['waiting', 1])
      if (end === 'done') run().complete()
      if (end === 'failed') run().fail(LOST)
      if (end === 'aborted') upload.abort()
      await settle()
      expect([upload.state, waiting.size]).toEqual([end, 0])
    },
  )

  it('begins again without its previous waiting reason', async () => {
    const { upload, run, told } = await startUpload()
    run().control.enter('uploading')
    const first = run().control
    first.waits.set({}, { reason: 'storage', since: new Date(0) })
    run().fail(LOST)
    await settle()
    upload.retry()
    await settle()
    first.waits.set({}, { reason: 'signer', since: new Date(0) })
    expect(told).toEqual([
      'queued → uploading',
      'uploading → waiting',
      'waiting → failed',
      'failed → queued',
    ])
  })

  it('ignores waiting reasons from a failed run', async () => {
    const { upload, run, told } = await startUpload()
    const { waits } = run().control
    run().fail(LOST)
    await settle()
    waits.set({}, { reason: 'storage', since: new Date(0) })
    expect([upload.state, upload.waiting]).toEqual(['failed', undefined])
    upload.retry()
    expect(told).toEqual(['queued → failed', 'failed → queued'])
  })

  it('is aborted even if its steps finished at that very moment', async () => {
    const { upload, run, told } = await startUpload()
    run().complete()
    upload.abort()
    await expect(upload.done).rejects.toMatchObject({ code: 'ABORTED' })
    expect(upload.state).toBe('aborted')
    expect(told).toEqual(['queued → aborted'])
  })

  it('runs no steps if it was aborted before they began', async () => {
    const { upload, runs, run } = await startUpload()
    run().fail(LOST)
    await settle()
    upload.retry()
    upload.abort()
    await expect(upload.done).rejects.toMatchObject({ code: 'ABORTED' })
    expect(runs).toHaveLength(1)
  })

  it('causes no unhandled rejection if nobody waits for it', async () => {
    const unhandled = unhandledRejections()
    const { upload, run } = await startUpload()
    run().fail(LOST)
    await settle()
    await settle()
    expect([upload.state, unhandled]).toEqual(['failed', []])
  })
})
