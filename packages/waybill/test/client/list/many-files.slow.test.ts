/**
 * Many files of one list, uploaded to a local S3.
 *
 * Slow: hundreds of uploads over HTTP. `packages/waybill/test/client/list/notifications.test.ts` has
 * how often a list tells, `list-meter.test.ts` the rate.
 *
 * @module
 */

import { settled, snapshotOf, text } from '@waybill/test-support/list-watch'
import { seededFile } from '@waybill/test-support/seeded-file'
import { startSystem } from '@waybill/test-support/system'
import { describe, expect, it, vi } from 'vitest'
import { createUploadList } from 'waybill/client'
import type { ObservedRequest } from '../../../../strict-s3/src/fault-proxy/fault.ts'

function never(_ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
  })
}

describe('a list of many files', () => {
  it('tells once what one tick changes, and of 200 files a few times a second', async () => {
    const system = await startSystem()
    // No wait for company ends, so that nothing here depends on how fast the machine is.
    const list = createUploadList(system.uploader('me', { effects: { wait: never } }))
    const told = vi.fn()
    list.subscribe(told)
    const begun = performance.now()
    list.add(Array.from({ length: 200 }, (_, index) => text(`${index}.txt`)))
    list.pause()
    list.resume()
    await Promise.resolve()
    expect(told).toHaveBeenCalledTimes(1)
    await settled(list)
    const tenths = (performance.now() - begun) / 100
    expect(told.mock.calls.length).toBeLessThan(2 * tenths + 10)
    // The rules once; created and completed a hundred at a time.
    expect(system.signerProxy.exchanges.length).toBeLessThanOrEqual(7)
  })

  it('has a rate of all files together, which goes when they are done', async () => {
    const system = await startSystem({
      storagePlan: ({ operation }: ObservedRequest) =>
        operation === 'PostObject' ? { kind: 'slow-request', lastsMs: 150 } : undefined,
    })
    const list = createUploadList(system.uploader('me'))
    list.add(Array.from({ length: 60 }, (_, index) => seededFile(`${index}`, 10_000, index)))
    const { total, items: all } = await snapshotOf(
      list,
      ({ total: now }) => now.bytesPerSecond !== undefined,
    )
    expect(all.every(({ progress }) => progress.bytesPerSecond === undefined)).toBe(true)
    expect(total.secondsLeft).toBeGreaterThan(0)
    // Three to six connections, each 10 kB in 0.15 s or more.
    expect(total.bytesPerSecond).toBeLessThan(600_000)
    const done = await settled(list)
    expect(done.total).toEqual({
      files: 60,
      done: 60,
      failed: 0,
      active: 0,
      sent: 600_000,
      stored: 600_000,
      size: 600_000,
      fraction: 1,
    })
  })
})
