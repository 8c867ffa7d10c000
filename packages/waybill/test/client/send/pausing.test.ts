/**
 * What a pause does to a request that is under way, on lines of a known rate.
 *
 * @module
 */

import { virtualTime } from '@waybill/test-support/virtual-time'
import { describe, expect, it } from 'vitest'
import { UploadError } from 'waybill'
import { ConnectionBudget } from '../../../src/client/send/connection-budget.ts'
import { PAUSED, sendAttempt } from '../../../src/client/send/send-attempt.ts'
import type { Send } from '../../../src/client/send/storage-request.ts'
import { Waits } from '../../../src/client/send/waiting-reason.ts'

const MB = 1_000_000
const SIZE = 8 * MB
const STEP_MS = 100

interface Line {
  /** Bytes that only fill a buffer, at once. */
  readonly buffer?: number
  readonly bytesPerSecond: number
  /** After so many bytes nothing moves any more. */
  readonly standsStillAt?: number
}

/** A request of 8 MB that is paused after a while, with others of its upload perhaps given up. */
function requestOn({ buffer = 0, bytesPerSecond, standsStillAt = SIZE }: Line) {
  const time = virtualTime()
  const stop = new AbortController()
  const gone = new AbortController()
  const effects = {
    ...time,
    random: () => 0.5,
    online: { isOnline: () => true, whenOnline: () => new Promise<void>(() => undefined) },
  }
  const send: Send = async ({ size, signal, onSent }) => {
    for (let sent = buffer; ; sent += (bytesPerSecond * STEP_MS) / 1000) {
      onSent(Math.min(sent, size, standsStillAt))
      if (sent >= size && standsStillAt >= size)
        return { status: 200, headers: { etag: '"e"' }, text: '' }
      await time.wait(STEP_MS, signal)
    }
  }
  const budget = new ConnectionBudget(6, time.monotonicMs)
  const transport = { send, seesBytes: () => true, showsBytes: false, stallMs: 20_000 }
  const attempts = {
    requester: budget.requester(SIZE),
    signal: stop.signal,
    gone: gone.signal,
    waits: new Waits(effects, stop.signal, () => undefined),
    file: new Blob(),
    stalls: 0,
  }
  const ended = sendAttempt({ budget, transport, effects }, attempts, async () => ({
    ...{ method: 'PUT' as const, url: 'http://localhost/a', headers: {}, body: new Blob() },
    size: SIZE,
    onSent: () => undefined,
  }))
  ended.catch(() => undefined)
  const after = async (ms: number, act: () => void) => {
    await time.until(time.wait(ms, new AbortController().signal))
    act()
  }
  return {
    waitFor: (ms: number) => after(ms, () => undefined),
    pauseAfter: (ms: number) => after(ms, () => stop.abort(PAUSED)),
    failAfter: (ms: number) => after(ms, () => stop.abort(new UploadError('NETWORK_FAILED', 'x'))),
    abortAfter: (ms: number) => after(ms, () => gone.abort(new Error('the upload was aborted'))),
    /** When and how it has ended. */
    end: async () => {
      const how = await time.until(
        ended.then(
          () => 'stored',
          (error: unknown) => (error === PAUSED ? 'paused' : error),
        ),
      )
      return { how, atMs: time.monotonicMs() }
    },
  }
}

describe('a pause', () => {
  it('ends a request at once of which less than three quarters have left', async () => {
    const request = requestOn({ bytesPerSecond: MB })
    await request.pauseAfter(5_500)
    expect(await request.end()).toEqual({ how: 'paused', atMs: 5_500 })
  })

  it('lets a request end of which three quarters have left', async () => {
    const request = requestOn({ bytesPerSecond: MB })
    await request.pauseAfter(6_500)
    expect(await request.end()).toEqual({ how: 'stored', atMs: 8_000 })
  })

  it('lets a request end that has less than a second to go', async () => {
    const request = requestOn({ bytesPerSecond: 3 * MB })
    await request.pauseAfter(1_900)
    const { how, atMs } = await request.end()
    expect(how).toBe('stored')
    expect(atMs).toBeLessThan(3_000)
  })

  it('lets a request end of which three quarters have just left, or that has a second to go', async () => {
    const large = requestOn({ bytesPerSecond: MB })
    await large.pauseAfter(6_050)
    expect(await large.end()).toEqual({ how: 'stored', atMs: 8_000 })
    const quick = requestOn({ bytesPerSecond: 2.5 * MB })
    await quick.waitFor(2_199)
    await quick.pauseAfter(1)
    expect(await quick.end()).toEqual({ how: 'stored', atMs: 3_200 })
  })

  it('ends a request at once that has more than a second to go', async () => {
    const request = requestOn({ bytesPerSecond: 3 * MB })
    await request.pauseAfter(1_500)
    expect(await request.end()).toEqual({ how: 'paused', atMs: 1_500 })
  })

  it('is not misled by what only fills a buffer', async () => {
    const request = requestOn({ buffer: 5 * MB, bytesPerSecond: 0.1 * MB })
    await request.pauseAfter(2_000)
    expect(await request.end()).toEqual({ how: 'paused', atMs: 2_000 })
  })

  it('waits ten seconds for a request that does not end', async () => {
    const request = requestOn({ bytesPerSecond: MB, standsStillAt: 7 * MB })
    await request.pauseAfter(7_500)
    expect(await request.end()).toEqual({ how: 'paused', atMs: 17_500 })
  })

  it('lets nothing end of an upload that is aborted afterwards', async () => {
    const request = requestOn({ bytesPerSecond: MB })
    await request.pauseAfter(6_500)
    await request.abortAfter(500)
    expect(await request.end()).toEqual({ how: 'paused', atMs: 7_000 })
  })
})

describe('the failure of another part', () => {
  it('ends a request at once, also one that is nearly sent', async () => {
    const request = requestOn({ bytesPerSecond: MB })
    await request.failAfter(7_500)
    const { how, atMs } = await request.end()
    expect(how).toMatchObject({ code: 'NETWORK_FAILED' })
    expect(atMs).toBe(7_500)
  })
})
