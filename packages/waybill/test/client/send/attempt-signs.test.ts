/**
 * What one attempt to send bytes tells on its way and at its end, and that it leaves nothing
 * behind.
 *
 * @module
 */

import { getEventListeners } from 'node:events'
import { virtualTime } from '@waybill/test-support/virtual-time'
import { describe, expect, it } from 'vitest'
import { UploadError } from 'waybill'
import type { Effects } from 'waybill/client'
import type { ConnectionOutcome } from '../../../src/client/send/connection-budget.ts'
import { loadFailureChunk } from '../../../src/client/send/load-failure-chunk.ts'
import { PAUSED, sendAttempt } from '../../../src/client/send/send-attempt.ts'
import type { Send, StorageResponse } from '../../../src/client/send/storage-request.ts'
import type { Waits } from '../../../src/client/send/waiting-reason.ts'
import type { Engine } from '../../../src/client/upload/engine.ts'

const SIZE = 8192
const STALL_MS = 20_000
const STORED: StorageResponse = { status: 200, headers: { etag: '"e"' }, text: '' }
const BROKEN = new UploadError('NETWORK_FAILED', 'the line broke')

type Told = readonly unknown[]

/** An attempt that begins some time after the clock did. */
async function attemptOf(
  send: (request: Parameters<Send>[0], wait: Effects['wait']) => Promise<StorageResponse>,
  acquire?: Engine['budget']['acquire'],
) {
  await loadFailureChunk()
  const time = virtualTime()
  await time.until(time.wait(5_000, new AbortController().signal))
  const waiting: AbortSignal[] = []
  const wait: Effects['wait'] = (ms, signal) => {
    waiting.push(signal)
    return time.wait(ms, signal)
  }
  const online = { isOnline: () => true, whenOnline: () => new Promise<void>(() => undefined) }
  const told: Told[] = []
  const outcomes: ConnectionOutcome[] = []
  // What an attempt uses of them.
  const budget = {
    acquire: acquire ?? (async () => (outcome: ConnectionOutcome) => void outcomes.push(outcome)),
    moved: () => told.push(['connection moved']),
  } as unknown as Engine['budget']
  const flight = {
    setReady: (isReady: boolean) => told.push(['ready', isReady]),
    moved: () => told.push(['flight moved']),
    over: () => told.push(['over']),
  }
  const stop = new AbortController()
  const gone = new AbortController()
  const attempts = {
    ...{ requester: { size: SIZE, order: 1 }, signal: stop.signal, gone: gone.signal },
    ...{ waits: { begin: () => flight } as unknown as Waits, file: new Blob(), stalls: 0 },
  }
  const transport = {
    ...{ seesBytes: () => true, showsBytes: false, stallMs: STALL_MS },
    send: (request: Parameters<Send>[0]) => send(request, time.wait),
  }
  const effects = { ...time, wait, random: () => 0.5, online }
  const ended = sendAttempt({ budget, transport, effects }, attempts, async () => {
    told.push(['prepared'])
    return {
      ...{ method: 'PUT', url: 'http://localhost/a', headers: {}, body: new Blob(), size: SIZE },
      onSent: (...given: number[]) => void told.push(['sent', ...given]),
    }
  }).catch((error: unknown) => error)
  return {
    ...{ told, outcomes, waiting, stop, gone, time },
    end: () => time.until(ended),
    /** Whoever still listens to the upload's signals. */
    listeners: () => [stop, gone].flatMap(({ signal }) => getEventListeners(signal, 'abort')),
  }
}

describe('an attempt', () => {
  it('tells that it is ready when it has its signature, what moves, and when it is over', async () => {
    const { told, outcomes, end } = await attemptOf(async ({ onSent, signal }, wait) => {
      await wait(999, signal)
      onSent(1_000)
      await wait(1, signal)
      onSent(2_000)
      await wait(1, signal)
      onSent(2_000)
      onSent(SIZE)
      return STORED
    })
    await end()
    expect(told).toEqual([
      ...[['ready', false], ['prepared'], ['ready', true]],
      ...[['connection moved'], ['sent', 1_000, 0]],
      ...[['connection moved'], ['sent', 2_000, 0]],
      ...[['connection moved'], ['sent', 2_000, 0]],
      ...[['connection moved'], ['flight moved'], ['sent', SIZE, SIZE - 2_000]],
      ...[['flight moved'], ['sent', SIZE, SIZE], ['over']],
    ])
    expect(outcomes).toEqual(['succeeded'])
  })

  it.each([
    ['succeeds', async () => STORED, 'succeeded'],
    ['succeeds in another way', async () => ({ ...STORED, status: 299 }), 'succeeded'],
    ['asks for fewer', async () => ({ ...STORED, status: 503 }), 'slow-down'],
    ['refuses', async () => ({ ...STORED, status: 403 }), 'unused'],
    ['breaks', async () => Promise.reject(BROKEN), 'failed'],
    ['stands still', () => new Promise<never>(() => {}), 'failed'],
    ['makes a mistake of ours', async () => Promise.reject(new TypeError('ours')), 'unused'],
  ] as const)('that %s gives its connection back, and is over', async (what, send, outcome) => {
    const { outcomes, told, end, waiting, listeners } = await attemptOf((request) =>
      what === 'stands still' ? endOf(request.signal) : send(),
    )
    await end()
    expect(outcomes).toEqual([outcome])
    expect(told.at(-1)).toEqual(['over'])
    // No timer holds a process of Node, and no signal what was sent.
    expect(waiting.every(({ aborted }) => aborted)).toBe(true)
    expect(listeners()).toEqual([])
  })

  it('that gets no connection fails as that says, and gives none back', async () => {
    const reason = new Error('given up')
    const { end, told } = await attemptOf(
      async () => STORED,
      async () => Promise.reject(reason),
    )
    expect(await end()).toBe(reason)
    expect(told).toEqual([['over']])
  })

  it('listens to nothing any more when a pause has let it end', async () => {
    const nearly = Promise.withResolvers<void>()
    const { end, stop, listeners, waiting, outcomes } = await attemptOf(async ({ onSent }) => {
      onSent(SIZE)
      await nearly.promise
      return STORED
    })
    await new Promise((resolve) => setImmediate(resolve))
    stop.abort(PAUSED)
    nearly.resolve()
    expect(await end()).toBe(STORED)
    expect(outcomes).toEqual(['succeeded'])
    expect(listeners()).toEqual([])
    expect(waiting.every(({ aborted }) => aborted)).toBe(true)
  })

  it('waits as long again for an answer as its bytes took, whenever it began', async () => {
    const { end, time } = await attemptOf(async ({ onSent, signal }) => {
      onSent(SIZE)
      return endOf(signal)
    })
    expect(await end()).toMatchObject({ code: 'STALLED' })
    expect(time.monotonicMs()).toBe(5_000 + 2 * 2 * STALL_MS)
  })
})

/** Rejects when the signal fires, as a platform does. */
function endOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
  })
}
