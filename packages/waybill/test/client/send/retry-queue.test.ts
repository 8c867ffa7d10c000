/**
 * The way to a server that is down: who tries, and when the others go on.
 *
 * @module
 */

import { getEventListeners } from 'node:events'
import { virtualTime } from '@waybill/test-support/virtual-time'
import { describe, expect, it } from 'vitest'
import { UploadError } from 'waybill'
import type { Effects } from 'waybill/client'
import {
  backoffMs,
  RetryQueue,
  RetryQueues,
  waitForNetwork,
} from '../../../src/client/send/retry-queue.ts'

const AWAY = new UploadError('STORAGE_UNAVAILABLE', 'away')
const { signal } = new AbortController()

function effectsOf(
  whenOnline: Effects['online']['whenOnline'] = () => new Promise(() => undefined),
) {
  const time = virtualTime()
  const online: Effects['online'] = { isOnline: () => true, whenOnline }
  return { ...time, random: () => 0.6, online }
}

/** Lets time pass, and then all that follows. */
async function pass(effects: ReturnType<typeof effectsOf>, ms: number): Promise<void> {
  await effects.until(effects.wait(ms, signal))
  await new Promise((resolve) => setImmediate(resolve))
}

/** A request that waits for a line, and what it was woken for. */
function sleeperOf(
  queue: RetryQueue,
  { until = 1e9, group }: { until?: number; group?: object } = {},
) {
  const wakes: unknown[] = []
  const nexts: (readonly number[])[] = []
  const stop = new AbortController()
  const onNext = (delayMs: number, rounds: number) => void nexts.push([delayMs, rounds])
  queue.sleep({ until, group, signal: stop.signal, onNext }).then(
    (why) => wakes.push(why),
    (error: unknown) => wakes.push(error),
  )
  return { wakes, nexts, stop }
}

describe('RetryQueue', () => {
  it('is down after three failures, with the last error', () => {
    const effects = effectsOf()
    const queue = new RetryQueue(effects)
    queue.failed(AWAY, 0)
    queue.failed(AWAY, 0)
    expect(queue.trouble).toBeUndefined()
    const last = new UploadError('NETWORK_FAILED', 'broke')
    queue.failed(last, 0)
    expect(queue.trouble).toBe(last)
    expect(queue.succeeded()).toBe(true)
    expect(queue.trouble).toBeUndefined()
    expect(queue.succeeded()).toBe(false)
  })

  it('counts failures of requests that were under way together as one', async () => {
    const effects = effectsOf()
    const queue = new RetryQueue(effects)
    await pass(effects, 100)
    for (let index = 0; index < 5; index += 1) queue.failed(AWAY, 50)
    expect(queue.trouble).toBeUndefined()
    // The pause is that after one failure: four fifths of 250 ms.
    const { nexts } = sleeperOf(queue)
    expect(nexts).toEqual([[200, 1]])
  })

  it('lets one try when its pause is over, then the next', async () => {
    const effects = effectsOf()
    const queue = new RetryQueue(effects)
    queue.failed(AWAY, 0)
    const [first, second] = [sleeperOf(queue), sleeperOf(queue)]
    await pass(effects, 199)
    expect([first.wakes, second.wakes]).toEqual([[], []])
    await pass(effects, 1)
    expect([first.wakes, second.wakes]).toEqual([['turn'], []])
    // The first may hang: the second does not wait for its end.
    await pass(effects, 200)
    expect(second.wakes).toEqual(['turn'])
  })

  it('lets all of a group try together', async () => {
    const effects = effectsOf()
    const queue = new RetryQueue(effects)
    queue.failed(AWAY, 0)
    const group = {}
    const others = [sleeperOf(queue, { group }), sleeperOf(queue), sleeperOf(queue, { group })]
    await pass(effects, 200)
    expect(others.map(({ wakes }) => wakes)).toEqual([['turn'], [], ['turn']])
  })

  it('wakes all at once when some request succeeds', async () => {
    const effects = effectsOf()
    const queue = new RetryQueue(effects)
    queue.failed(AWAY, 0)
    const all = [sleeperOf(queue), sleeperOf(queue)]
    queue.succeeded()
    await pass(effects, 0)
    expect(all.map(({ wakes }) => wakes)).toEqual([['back'], ['back']])
  })

  it('tells those whose time is over, and lets the next one try', async () => {
    const effects = effectsOf()
    const queue = new RetryQueue(effects)
    queue.failed(AWAY, 0)
    const [over, next] = [sleeperOf(queue, { until: 200 }), sleeperOf(queue, { until: 201 })]
    await pass(effects, 200)
    expect([over.wakes, next.wakes]).toEqual([['over'], ['turn']])
  })

  it('tells who comes later how long the pause still takes', async () => {
    const effects = effectsOf()
    const queue = new RetryQueue(effects)
    queue.failed(AWAY, 0)
    sleeperOf(queue)
    await pass(effects, 100)
    expect(sleeperOf(queue).nexts).toEqual([[100, 1]])
  })

  it('pauses for longer with each failure in a row, and for a twentieth of a long outage', async () => {
    const effects = effectsOf()
    const queue = new RetryQueue(effects)
    for (let round = 0; round < 12; round += 1) queue.failed(AWAY, effects.monotonicMs())
    expect(sleeperOf(queue).nexts).toEqual([[1200, 12]])
    queue.succeeded()
    queue.failed(AWAY, 0)
    await pass(effects, 200_000)
    for (let round = 0; round < 12; round += 1) queue.failed(AWAY, effects.monotonicMs())
    expect(sleeperOf(queue).nexts).toEqual([[8000, 13]])
  })

  it('forgets who gives up, and paces nobody when all have', async () => {
    const effects = effectsOf()
    const queue = new RetryQueue(effects)
    queue.failed(AWAY, 0)
    const [gone, left] = [sleeperOf(queue), sleeperOf(queue)]
    gone.stop.abort('gone')
    await pass(effects, 200)
    expect([gone.wakes, left.wakes]).toEqual([['gone'], ['turn']])
    const last = sleeperOf(queue)
    last.stop.abort('gone')
    await pass(effects, 1000)
    expect(last.wakes).toEqual(['gone'])
    // Nobody waits: the next one gets a pause of its own.
    expect(sleeperOf(queue).nexts).toEqual([[200, 1]])
  })

  it('refuses who has given up before', async () => {
    const queue = new RetryQueue(effectsOf())
    const sleep = { until: 1, signal: AbortSignal.abort('gone'), onNext: () => undefined }
    await expect(queue.sleep(sleep)).rejects.toBe('gone')
  })

  it('hurries when it is asked to', async () => {
    const effects = effectsOf()
    const queue = new RetryQueue(effects)
    queue.hurry()
    queue.failed(AWAY, 0)
    const { wakes } = sleeperOf(queue)
    queue.hurry()
    await pass(effects, 0)
    expect(wakes).toEqual(['turn'])
  })

  it('measures an outage from its first failure', async () => {
    const effects = effectsOf()
    const queue = new RetryQueue(effects)
    await pass(effects, 200_000)
    for (let round = 0; round < 12; round += 1) queue.failed(AWAY, effects.monotonicMs())
    expect(sleeperOf(queue).nexts).toEqual([[1200, 12]])
  })

  it.each([
    ['has come back', (queue: RetryQueue) => void queue.succeeded(), [200, 1]],
    [
      'was given up by all',
      (_: RetryQueue, { stop }: ReturnType<typeof sleeperOf>) => stop.abort('gone'),
      [400, 2],
    ],
  ] as const)('that %s has no pause any more: the next one begins anew', async (_, end, next) => {
    const effects = effectsOf()
    const queue = new RetryQueue(effects)
    queue.failed(AWAY, 0)
    const first = sleeperOf(queue)
    await pass(effects, 100)
    end(queue, first)
    queue.failed(AWAY, effects.monotonicMs())
    expect(sleeperOf(queue).nexts).toEqual([next])
  })

  it('paces nobody when all have had their turn', async () => {
    const effects = effectsOf()
    const queue = new RetryQueue(effects)
    queue.failed(AWAY, 0)
    const { stop } = sleeperOf(queue)
    await pass(effects, 300)
    expect(getEventListeners(stop.signal, 'abort')).toEqual([])
    expect(sleeperOf(queue).nexts).toEqual([[200, 1]])
  })

  it('begins a pause anew for those that are left when it has hurried', async () => {
    const effects = effectsOf()
    const queue = new RetryQueue(effects)
    queue.failed(AWAY, 0)
    const [first, second] = [sleeperOf(queue), sleeperOf(queue)]
    await pass(effects, 50)
    queue.hurry()
    await pass(effects, 199)
    expect([first.wakes, second.wakes]).toEqual([['turn'], []])
    await pass(effects, 1)
    expect(second.wakes).toEqual(['turn'])
  })
})

describe('RetryQueues', () => {
  it.each([
    ['storage', 'signer'],
    ['signer', 'storage'],
  ] as const)('tries the %s at once when the %s has come back', async (other, side) => {
    const effects = effectsOf()
    const queues = new RetryQueues(effects)
    queues.storage.failed(AWAY, 0)
    queues.signer.failed(AWAY, 0)
    const { wakes } = sleeperOf(queues[other])
    queues.succeeded(side)
    await pass(effects, 0)
    expect(wakes).toEqual(['turn'])
  })

  it('leaves it alone when the other was never away', async () => {
    const effects = effectsOf()
    const queues = new RetryQueues(effects)
    queues.signer.failed(AWAY, 0)
    const { wakes } = sleeperOf(queues.signer)
    queues.succeeded('storage')
    await pass(effects, 0)
    expect(wakes).toEqual([])
  })
})

describe('waitForNetwork', () => {
  it('ends when the network comes back, or when it has taken too long, and listens no more', async () => {
    const listening: AbortSignal[] = []
    const back = Promise.withResolvers<void>()
    const effects = effectsOf((given) => {
      listening.push(given)
      return back.promise
    })
    await effects.until(waitForNetwork(effects, 500, signal))
    expect(effects.monotonicMs()).toBe(500)
    back.resolve()
    await waitForNetwork(effects, 500, signal)
    expect(effects.monotonicMs()).toBe(500)
    expect(listening.map(({ aborted }) => aborted)).toEqual([true, true])
  })
})

describe('backoffMs', () => {
  it.each([
    [0, 250],
    [1, 250],
    [2, 500],
    [3, 1000],
    [7, 16_000],
    [8, 30_000],
    [99, 30_000],
  ])('after %d failures is at most %d ms', (failures, most) => {
    expect(backoffMs(failures, 1e9, () => 1)).toBe(most)
    expect(backoffMs(failures, 1e9, () => 0)).toBe(0)
    expect(backoffMs(failures, 100, () => 0.5)).toBe(50)
  })
})
