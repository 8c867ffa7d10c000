import { settle, unhandledRejections } from '@waybill/test-support/eventually'
import { ONLINE, virtualTime } from '@waybill/test-support/virtual-time'
import { describe, expect, it } from 'vitest'
import type { Effects, Waiting } from 'waybill/client'
import { Waits } from '../../../src/client/send/waiting-reason.ts'

const SINCE = new Date(0)
const at = (ms: number) => new Date(ms)

function waitsOf(online: Effects['online'] = ONLINE) {
  const time = virtualTime()
  const over = new AbortController()
  const told: (Waiting | undefined)[] = []
  const effects = { ...time, online }
  const waits = new Waits(effects, over.signal, (waiting) => told.push(waiting))
  const pass = async (ms: number) => {
    await time.until(time.wait(ms, new AbortController().signal))
    await settle()
  }
  return { waits, told, pass, over }
}

const storage = (until?: number): Waiting => ({
  ...{ reason: 'storage', since: SINCE },
  ...(until === undefined ? {} : { until: at(until) }),
})

describe('Waits', () => {
  it('tells what is waited for where no request is under way, and when it goes on', () => {
    const { waits, told } = waitsOf()
    const request = {}
    waits.set(request, storage(900))
    expect(told).toEqual([storage(900)])
    waits.clear(request)
    expect(told).toEqual([storage(900), undefined])
  })

  it('tells nothing while a request with bytes is under way, and a moment after it', async () => {
    const { waits, told, pass } = waitsOf()
    const flight = waits.begin()
    waits.set({}, storage(9000))
    flight.over()
    await pass(249)
    expect(told).toEqual([])
    await pass(1)
    expect(told).toEqual([storage(9000)])
  })

  it('tells nothing when the next request has begun within that moment', async () => {
    const { waits, told, pass } = waitsOf()
    const flight = waits.begin()
    waits.set({}, storage(9000))
    flight.over()
    waits.begin()
    await pass(1000)
    expect(told).toEqual([])
  })

  it('tells nothing once its run is over within that moment', async () => {
    const unhandled = unhandledRejections()
    const { waits, told, over } = waitsOf()
    const flight = waits.begin()
    waits.set({}, storage(9000))
    flight.over()
    over.abort(new Error('over'))
    await settle()
    expect([told, unhandled]).toEqual([[], []])
  })

  it('begins that moment anew with the last request that ends', async () => {
    const { waits, told, pass } = waitsOf()
    waits.begin().over()
    const flight = waits.begin()
    await pass(100)
    waits.set({}, storage(9000))
    await pass(100)
    flight.over()
    await pass(249)
    expect(told).toEqual([])
    await pass(1)
    expect(told).toEqual([storage(9000)])
  })

  it('takes a request that needs a signature first for none that is under way', () => {
    const { waits, told } = waitsOf()
    const flight = waits.begin()
    flight.setReady(false)
    waits.set({}, storage(900))
    expect(told).toEqual([storage(900)])
  })

  it('takes one that has its signature for one that is', () => {
    const { waits, told } = waitsOf()
    const flight = waits.begin()
    flight.setReady(false)
    flight.setReady(true)
    waits.set({}, storage(900))
    expect(told).toEqual([])
  })

  it('tells that it goes on when bytes move', () => {
    const { waits, told } = waitsOf()
    waits.set({}, storage(900))
    waits.begin().moved()
    expect(told).toEqual([storage(900), undefined])
  })

  it('tells the next try of all that wait, and the same thing once', async () => {
    const { waits, told, pass } = waitsOf()
    const [first, second, third] = [{}, {}, {}]
    waits.set(first, storage(900))
    waits.set(second, storage(500))
    waits.set(third, storage(700))
    expect(told).toEqual([storage(900), storage(500)])
    // A try that is in the past is being made.
    await pass(500)
    waits.set(third, storage(700))
    expect(told.at(-1)).toEqual(storage(700))
    await pass(1000)
    waits.set(third, storage())
    expect(told.at(-1)).toEqual(storage())
    expect(told).toHaveLength(4)
  })

  it('tells of one more that waits until bytes move, also when a request has begun', () => {
    const { waits, told } = waitsOf()
    waits.set({}, storage(900))
    const flight = waits.begin()
    waits.set({}, storage(500))
    expect(told).toEqual([storage(900), storage(500)])
    flight.moved()
    waits.set({}, storage(300))
    expect(told).toEqual([storage(900), storage(500), undefined])
  })

  it('does not tell of a request that is cleared unless it was waited for', () => {
    const { waits, told } = waitsOf()
    waits.clear({})
    const flight = waits.begin()
    const request = {}
    waits.set(request, storage(900))
    waits.set({}, storage(500))
    waits.clear(request)
    flight.moved()
    expect(told).toEqual([])
  })

  it('tells of other reasons and of other beginnings', () => {
    const { waits, told } = waitsOf()
    const one = {}
    waits.set(one, storage())
    waits.set(one, { reason: 'signer', since: SINCE })
    waits.set(one, { reason: 'signer', since: at(1) })
    waits.set(one, { reason: 'signer', since: at(1) })
    expect(told).toEqual([
      storage(),
      { reason: 'signer', since: SINCE },
      { reason: 'signer', since: at(1) },
    ])
  })
})

describe('Waits of requests whose bytes have stopped', () => {
  const stalled = (ms: number): Waiting => ({ reason: 'stalled', since: at(ms) })
  const started = () => {
    const { waits, told } = waitsOf()
    const send = () => {
      const flight = waits.begin()
      flight.setReady(false)
      flight.setReady(true)
      return flight
    }
    return { waits, told, send }
  }

  it('tells it, since the last byte that moved, until one moves again', () => {
    const { told, send } = started()
    const [first, second] = [send(), send()]
    first.stalled(at(3000))
    expect(told).toEqual([])
    second.stalled(at(4000))
    expect(told).toEqual([stalled(4000)])
    first.moved()
    expect(told).toEqual([stalled(4000), undefined])
    second.stalled(at(4000))
    expect(told).toHaveLength(2)
  })

  it('does not count a request that has no connection yet as one that moves', () => {
    const { waits, told, send } = started()
    waits.begin()
    send().stalled(at(3000))
    expect(told).toEqual([stalled(3000)])
  })

  it('goes on telling it while the next request has moved nothing', () => {
    const { told, send } = started()
    const first = send()
    first.stalled(at(3000))
    first.over()
    send().stalled(at(24_000))
    expect(told).toEqual([stalled(3000)])
  })

  it('tells of another that is tried again, although one stalls', () => {
    const { waits, told, send } = started()
    send().stalled(at(3000))
    waits.set({}, storage(9000))
    expect(told).toEqual([stalled(3000), storage(9000)])
  })
})

describe('Waits.watchNetwork', () => {
  function network() {
    let isOnline = true
    let change = Promise.withResolvers<void>()
    const when = (signal: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        change.promise.then(resolve)
        signal.addEventListener('abort', () => reject(signal.reason))
      })
    const turn = async (to: boolean) => {
      isOnline = to
      const before = change
      change = Promise.withResolvers()
      before.resolve()
      await settle()
    }
    return { online: { isOnline: () => isOnline, whenOnline: when, whenOffline: when }, turn }
  }

  it('tells when the network goes and comes back, as often as it does, until the run is over', async () => {
    const { online, turn } = network()
    const { waits, told, over, pass } = waitsOf(online)
    const watching = waits.watchNetwork()
    waits.begin()
    await pass(70)
    await turn(false)
    await turn(true)
    await turn(false)
    const offline = { reason: 'offline', since: at(70) }
    expect(told).toEqual([offline, undefined, offline])
    over.abort(new Error('over'))
    await watching
  })

  it('names the network before all else that is waited for', async () => {
    const { online, turn } = network()
    const { waits, told } = waitsOf(online)
    void waits.watchNetwork()
    await settle()
    waits.set({}, storage(900))
    await turn(false)
    expect(told.at(-1)).toEqual({ reason: 'offline', since: SINCE })
    await turn(true)
    expect(told.at(-1)).toEqual(storage(900))
  })

  it('tells at once where the network is away already', async () => {
    const { online, turn } = network()
    await turn(false)
    const { waits, told } = waitsOf(online)
    void waits.watchNetwork()
    expect(told).toEqual([{ reason: 'offline', since: SINCE }])
  })

  it('does nothing where the platform does not tell', async () => {
    const { waits, told } = waitsOf({ ...ONLINE, isOnline: () => false })
    await waits.watchNetwork()
    expect(told).toEqual([])
  })
})
