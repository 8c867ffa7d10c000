import { getEventListeners } from 'node:events'
import { settle } from '@waybill/test-support/eventually'
import { virtualTime } from '@waybill/test-support/virtual-time'
import { describe, expect, it } from 'vitest'
import { UploadError } from 'waybill'
import { OutageQueue, OutageQueues } from '../../../src/client/send/outage-queue.ts'

const AWAY = new UploadError('STORAGE_UNAVAILABLE', 'away')
const { signal } = new AbortController()

/** A request that waits in a queue, and what it was woken for. */
function sleeperIn(
  queue: OutageQueue,
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

function clock() {
  const effects = { ...virtualTime(), random: () => 0.6 }
  /** Lets time pass, and then all that follows. */
  const pass = async (ms: number) => {
    await effects.until(effects.wait(ms, signal))
    await settle()
  }
  return { effects, pass }
}

/** A queue after these failures, one after another. */
function queueAfter(failures: number) {
  const { effects, pass } = clock()
  const queue = new OutageQueue(effects)
  const fail = (count: number) => {
    for (let index = 0; index < count; index += 1) queue.failed(AWAY, effects.monotonicMs())
  }
  fail(failures)
  const sleep = (given?: Parameters<typeof sleeperIn>[1]) => sleeperIn(queue, given)
  /** @returns What the next request learns: its pause, and how many failures there were. */
  const next = () => sleep().nexts
  return { queue, pass, fail, sleep, next }
}

describe('OutageQueue', () => {
  it('is down after three failures, and keeps the last error', () => {
    const { queue } = queueAfter(2)
    expect(queue.trouble).toBeUndefined()
    const last = new UploadError('NETWORK_FAILED', 'broke')
    queue.failed(last, 0)
    expect(queue.trouble).toBe(last)
    expect(queue.succeeded()).toBe(true)
    expect(queue.trouble).toBeUndefined()
    expect(queue.succeeded()).toBe(false)
  })

  it('counts failures of concurrent requests as one', async () => {
    const { queue, pass, next } = queueAfter(0)
    await pass(100)
    for (let index = 0; index < 5; index += 1) queue.failed(AWAY, 50)
    expect(queue.trouble).toBeUndefined()
    // The pause after one failure: four fifths of 250 ms.
    expect(next()).toEqual([[200, 1]])
  })

  it('lets one request retry after its pause, then the next', async () => {
    const { sleep, pass } = queueAfter(1)
    const [first, second] = [sleep(), sleep()]
    await pass(199)
    expect([first.wakes, second.wakes]).toEqual([[], []])
    await pass(1)
    expect([first.wakes, second.wakes]).toEqual([['turn'], []])
    // The first may hang, so the second does not wait for its end.
    await pass(200)
    expect(second.wakes).toEqual(['turn'])
  })

  it('lets a whole group retry together', async () => {
    const { sleep, pass } = queueAfter(1)
    const group = {}
    const sleepers = [sleep({ group }), sleep(), sleep({ group })]
    await pass(200)
    expect(sleepers.map(({ wakes }) => wakes)).toEqual([['turn'], [], ['turn']])
  })

  it('wakes all requests when one succeeds', async () => {
    const { queue, sleep, pass } = queueAfter(1)
    const sleepers = [sleep(), sleep()]
    queue.succeeded()
    await pass(0)
    expect(sleepers.map(({ wakes }) => wakes)).toEqual([['back'], ['back']])
  })

  it('wakes a request whose time is up, and lets the next one retry', async () => {
    const { sleep, pass } = queueAfter(1)
    const [over, next] = [sleep({ until: 200 }), sleep({ until: 201 })]
    await pass(200)
    expect([over.wakes, next.wakes]).toEqual([['over'], ['turn']])
  })

  it('pauses longer after each consecutive failure, and a twentieth of a long outage', async () => {
    const { queue, fail, next, pass } = queueAfter(12)
    expect(next()).toEqual([[1200, 12]])
    queue.succeeded()
    fail(1)
    await pass(200_000)
    fail(12)
    expect(next()).toEqual([[8000, 13]])
  })

  it('measures an outage from its first failure', async () => {
    const { fail, next, pass } = queueAfter(0)
    await pass(200_000)
    fail(12)
    expect(next()).toEqual([[1200, 12]])
  })

  it('forgets a request that gives up', async () => {
    const { queue, sleep, pass, next } = queueAfter(1)
    const [gone, left] = [sleep(), sleep()]
    gone.stop.abort('gone')
    await pass(200)
    expect([gone.wakes, left.wakes]).toEqual([['gone'], ['turn']])
    const last = sleep()
    last.stop.abort('gone')
    await pass(1000)
    expect(last.wakes).toEqual(['gone'])
    // The queue is empty, so the next request begins a pause.
    expect(next()).toEqual([[200, 1]])
    const late = { until: 1, signal: AbortSignal.abort('late'), onNext: () => undefined }
    await expect(queue.sleep(late)).rejects.toBe('late')
  })

  it('keeps no timer and no listener once every request has had its turn', async () => {
    const { sleep, pass, next } = queueAfter(1)
    const { stop } = sleep()
    await pass(300)
    expect(getEventListeners(stop.signal, 'abort')).toEqual([])
    expect(next()).toEqual([[200, 1]])
  })

  it.each<[string, (given: ReturnType<typeof queueAfter>, stop: AbortController) => void, unknown]>(
    [
      ['continues while requests wait', () => {}, [100, 1]],
      [
        'begins anew after a success',
        ({ queue, fail }) => {
          queue.succeeded()
          fail(1)
        },
        [200, 1],
      ],
      [
        'begins anew when all have given up',
        ({ fail }, stop) => {
          stop.abort('gone')
          fail(1)
        },
        [400, 2],
      ],
    ],
  )('has a pause that %s', async (_, change, expected) => {
    const given = queueAfter(1)
    const { stop } = given.sleep()
    await given.pass(100)
    change(given, stop)
    expect(given.next()).toEqual([expected])
  })

  it('lets one request retry at once when told to hurry, while the others wait anew', async () => {
    const { queue, sleep, pass } = queueAfter(0)
    queue.hurry()
    queue.failed(AWAY, 0)
    const [first, second] = [sleep(), sleep()]
    await pass(50)
    queue.hurry()
    await pass(0)
    expect([first.wakes, second.wakes]).toEqual([['turn'], []])
    await pass(199)
    expect(second.wakes).toEqual([])
    await pass(1)
    expect(second.wakes).toEqual(['turn'])
  })
})

describe('OutageQueues', () => {
  it('wake nobody early when somebody tries again, but keep pauses short', async () => {
    const { effects, pass } = clock()
    const queues = new OutageQueues(effects)
    for (const at of [1, 2, 3, 4]) queues.signer.failed(AWAY, at)
    const { wakes } = sleeperIn(queues.signer)
    for (let click = 0; click < 9; click += 1) queues.tryAgain()
    expect(queues.signer.trouble).toBeUndefined()
    await pass(199)
    expect(wakes).toEqual([])
    await pass(1)
    expect(wakes).toEqual(['turn'])
  })

  it.each([
    ['storage', 'signer', ['storage', 'signer'], ['turn']],
    ['signer', 'storage', ['storage', 'signer'], ['turn']],
    ['signer', 'storage', ['signer'], []],
  ] as const)(
    'after a failure of the %s and a success of the %s',
    async (other, side, failed, wakes) => {
      const { effects, pass } = clock()
      const queues = new OutageQueues(effects)
      for (const each of failed) queues[each].failed(AWAY, 0)
      const sleeper = sleeperIn(queues[other])
      queues.succeeded(side)
      await pass(0)
      expect(sleeper.wakes).toEqual(wakes)
    },
  )
})
