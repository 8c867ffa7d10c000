/**
 * One attempt to send bytes, on lines of the test's making: what it tells the connections of an
 * uploader, and when it gives up.
 *
 * @module
 */

import { virtualTime } from '@waybill/test-support/virtual-time'
import { describe, expect, it } from 'vitest'
import { UploadError } from 'waybill'
import type { Effects } from 'waybill/client'
import { ConnectionBudget } from '../../../src/client/send/connection-budget.ts'
import { sendAttempt } from '../../../src/client/send/send-attempt.ts'
import type { Send, StorageResponse } from '../../../src/client/send/storage-request.ts'
import { Waits } from '../../../src/client/send/waiting-reason.ts'

const SIZE = 8192
const STALL_MS = 20_000
const STORED: StorageResponse = { status: 200, headers: { etag: '"e"' }, text: '' }
const SLOW_DOWN = refusal(503, 'SlowDown')
const DENIED = refusal(403, 'AccessDenied')
const BROKEN = new UploadError('NETWORK_FAILED', 'the line broke')

function refusal(status: number, code: string): StorageResponse {
  return { status, headers: {}, text: `<Error><Code>${code}</Code></Error>` }
}

/** A file of which nothing can be read any more. */
function goneFile(): Blob {
  const gone = new Blob(['a'])
  const arrayBuffer = async () => {
    throw new DOMException('it has changed', 'NotReadableError')
  }
  return Object.assign(gone, { slice: () => Object.assign(new Blob(['a']), { arrayBuffer }) })
}

interface Given {
  readonly file?: Blob
  readonly stalls?: number
  readonly seesBytes?: boolean
}

/** One upload with one request, which is sent as the test says. */
function attemptWith(send: Send, { file = new Blob(), stalls = 0, seesBytes = true }: Given = {}) {
  const time = virtualTime()
  const stop = new AbortController()
  const online: Effects['online'] = {
    isOnline: () => true,
    whenOnline: () => new Promise<void>(() => undefined),
  }
  const effects = { ...time, random: () => 0.5, online }
  const budget = new ConnectionBudget(6, time.monotonicMs)
  const waited: { readonly reason: string | undefined; readonly atMs: number }[] = []
  const told: { readonly sent: number; readonly confirmed: number }[] = []
  const attempts = {
    requester: budget.requester(SIZE),
    signal: stop.signal,
    gone: stop.signal,
    waits: new Waits(effects, stop.signal, (waiting) =>
      waited.push({ reason: waiting?.reason, atMs: time.monotonicMs() }),
    ),
    file,
    stalls,
  }
  const transport = { send, seesBytes: () => seesBytes, showsBytes: false, stallMs: STALL_MS }
  const prepare = async () => ({
    ...{ method: 'PUT' as const, url: 'http://localhost/a', headers: {}, body: new Blob() },
    size: SIZE,
    onSent: (sent: number, confirmed: number) => void told.push({ sent, confirmed }),
  })
  const ending = sendAttempt({ budget, transport, effects }, attempts, prepare).catch(
    (error: unknown) => error,
  )
  return {
    time,
    stop,
    budget,
    told,
    waited,
    attempts,
    ended: ending,
    end: () => time.until(ending),
  }
}

describe('an attempt', () => {
  it('is stored by an answer of success, and all its bytes then count', async () => {
    const { ended, told, budget } = attemptWith(async () => STORED)
    expect(await ended).toBe(STORED)
    expect(told).toEqual([{ sent: SIZE, confirmed: SIZE }])
    expect(budget.limit).toBe(3)
  })

  it.each([
    ['asks for fewer requests', async () => SLOW_DOWN, 'STORAGE_UNAVAILABLE', 1],
    ['breaks', async () => Promise.reject(BROKEN), 'NETWORK_FAILED', 2],
    ['refuses', async () => DENIED, 'STORAGE_REFUSED', 3],
  ] as const)(
    'of a storage that %s leaves the uploader fewer connections, or as many',
    async (_, send, code, connections) => {
      const { ended, budget, attempts } = attemptWith(send)
      expect(await ended).toMatchObject({ code })
      expect(budget.limit).toBe(connections)
      expect(attempts.stalls).toBe(0)
    },
  )

  it.each(['<!DOCTYPE html><p>Welcome', ' \n<HTML><p>Welcome'])(
    'that is answered by the page of a network (%j) has failed',
    async (text) => {
      const { ended, budget } = attemptWith(async () => ({ ...STORED, text }))
      expect(await ended).toMatchObject({
        code: 'NETWORK_FAILED',
        message: 'something else answered in place of the storage',
      })
      expect(budget.limit).toBe(2)
    },
  )

  it('is not failed by a document that only speaks of a page', async () => {
    const text = '<CompleteResult><Key>a <html> page</Key></CompleteResult>'
    const { ended } = attemptWith(async () => ({ ...STORED, text }))
    expect(await ended).toMatchObject({ status: 200 })
  })

  it.each([199, 300])('that is answered %d has failed', async (status) => {
    const { ended } = attemptWith(async () => ({ ...STORED, status }))
    expect(await ended).toMatchObject({ code: 'STORAGE_REFUSED' })
  })

  it('says that the file cannot be read where the line seems broken, and blames no line for it', async () => {
    const { end, budget } = attemptWith(async () => Promise.reject(BROKEN), { file: goneFile() })
    expect(await end()).toMatchObject({ code: 'FILE_UNREADABLE' })
    expect(budget.limit).toBe(3)
  })

  it('does not read the file where the storage has refused', async () => {
    const { ended } = attemptWith(async () => DENIED, { file: goneFile() })
    expect(await ended).toMatchObject({ code: 'STORAGE_REFUSED' })
  })

  it('blames no line for what an upload that is given up has thrown', async () => {
    const { ended, budget, stop } = attemptWith(async () => {
      stop.abort(new Error('given up'))
      throw BROKEN
    })
    expect(await ended).toBe(BROKEN)
    expect(budget.limit).toBe(3)
  })

  it('lets mistakes of ours through', async () => {
    const mistake = new TypeError('a mistake of ours')
    const { ended, budget } = attemptWith(async () => Promise.reject(mistake))
    expect(await ended).toBe(mistake)
    expect(budget.limit).toBe(3)
  })

  it('that waits for a connection ends with its upload', async () => {
    const { stop, budget, ended } = attemptWith(async () => STORED)
    stop.abort(new Error('given up'))
    expect(await ended).toMatchObject({ message: 'given up' })
    // No connection was taken, so none is given back.
    const takes = Array.from({ length: 3 }, () =>
      budget.acquire(budget.requester(1), new AbortController().signal),
    )
    expect(await Promise.all(takes)).toHaveLength(3)
  })
})

/** A request of which bytes move as the test says; it ends with its signal. */
function sending(steps: readonly { readonly afterMs: number; readonly sent: number }[]) {
  const started = Promise.withResolvers<Pick<Effects, 'wait'>>()
  const send: Send = async ({ signal, onSent }) => {
    const { wait } = await started.promise
    for (const { afterMs, sent } of steps) {
      await wait(afterMs, signal)
      onSent(sent)
    }
    await wait(1e9, signal)
    return STORED
  }
  return { send, start: started.resolve }
}

async function endOf(steps: Parameters<typeof sending>[0], given?: Given) {
  const { send, start } = sending(steps)
  const attempt = attemptWith(send, given)
  start(attempt.time)
  const failure = await attempt.end()
  return { ...attempt, failure, atMs: attempt.time.monotonicMs() }
}

describe('an attempt of which nothing moves', () => {
  it('is given up after the time that a stall takes, and its connection is not had again at once', async () => {
    const { failure, atMs, attempts, budget } = await endOf([])
    expect(failure).toMatchObject({
      code: 'STALLED',
      message: `no byte moved for ${STALL_MS} ms`,
    })
    expect(atMs).toBe(STALL_MS)
    expect(attempts.stalls).toBe(1)
    expect(budget.limit).toBe(2)
  })

  it('has twice the time after each stall', async () => {
    const { atMs, attempts } = await endOf([], { stalls: 2 })
    expect(atMs).toBe(4 * STALL_MS)
    expect(attempts.stalls).toBe(3)
  })

  it('is watched from the last byte that moved', async () => {
    const steps = [15_000, 15_000].map((afterMs, index) => ({ afterMs, sent: index + 1 }))
    expect((await endOf(steps)).atMs).toBe(3 * STALL_MS)
  })

  it('has as long again as its bytes took, once all of them have left', async () => {
    expect((await endOf([{ afterMs: 5_000, sent: SIZE }])).atMs).toBe(2 * 2 * STALL_MS)
    expect((await endOf([{ afterMs: 5_000, sent: SIZE - 1 }])).atMs).toBe(2 * STALL_MS)
  })

  it('has the time of a very slow line first, where its bytes are not seen', async () => {
    // 8192 bytes at 4096 a second.
    expect((await endOf([], { seesBytes: false })).atMs).toBe(2000 + STALL_MS)
  })
})

describe('a stall', () => {
  const stalled = (atMs: number) => ({ reason: 'stalled', atMs })

  it('is told five seconds after the last byte, and is over with the next', async () => {
    const { waited } = await endOf([
      { afterMs: 1_000, sent: 1000 },
      { afterMs: 4_999, sent: 2000 },
      { afterMs: 7_000, sent: 3000 },
      { afterMs: 6_000, sent: 4000 },
    ])
    const moving = { reason: undefined, atMs: 12_999 }
    expect(waited.slice(0, 3)).toEqual([stalled(10_999), moving, stalled(17_999)])
  })

  it('is told of a request of which nothing has left', async () => {
    expect((await endOf([])).waited).toEqual([stalled(5_000)])
  })

  it('is told later once all bytes have left, by the time that buffers take to empty', async () => {
    // 2000 in a buffer after a second, then 1000 a second.
    const { waited } = await endOf([
      { afterMs: 1_000, sent: 2000 },
      { afterMs: 6_192, sent: SIZE },
    ])
    // In the six seconds before, it has stalled and gone on.
    expect(waited.at(-1)).toEqual(stalled(7_192 + 5_000 + 2_000))
  })

  it('is reported for a small file once a slow connection would have sent it', async () => {
    const { waited } = await endOf([{ afterMs: 100, sent: SIZE }])
    // 8192 bytes at 128 KiB a second.
    expect(waited).toEqual([stalled(100 + 63 + 5_000)])
  })

  it('is reported only once other uploads make no progress either', async () => {
    const { send, start } = sending([])
    const attempt = attemptWith(send)
    start(attempt.time)
    const other = Promise.withResolvers<void>()
    const { wait } = attempt.time
    void (async () => {
      for (let sent = 0; sent < 4; sent += 1) {
        await wait(3_000, new AbortController().signal)
        attempt.budget.moved(1000)
      }
      other.resolve()
    })()
    await attempt.time.until(other.promise)
    expect(attempt.waited).toEqual([])
    await attempt.end()
    expect(attempt.waited).toEqual([stalled(12_000 + 5_000)])
  })

  it('is told after the time of a very slow line where its bytes are not seen', async () => {
    expect((await endOf([], { seesBytes: false })).waited).toEqual([stalled(7_000)])
  })
})

describe('the bytes of an attempt', () => {
  it('count as arrived only beyond what left in the first second', async () => {
    const { told } = await endOf([
      { afterMs: 999, sent: 1000 },
      { afterMs: 1, sent: 1500 },
      { afterMs: 100, sent: 2500 },
    ])
    expect(told).toEqual([
      { sent: 1000, confirmed: 0 },
      { sent: 1500, confirmed: 0 },
      { sent: 2500, confirmed: 1000 },
    ])
  })
})
