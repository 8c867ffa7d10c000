import { settle, unhandledRejections } from '@waybill/test-support/eventually'
import { ONLINE, virtualTime } from '@waybill/test-support/virtual-time'
import { describe, expect, it } from 'vitest'
import type { Effects, Waiting } from 'waybill/client'
import { Waits } from '../../../src/client/send/waiting.ts'

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
  it('reports the reason while no request is in flight, and when it ends', () => {
    const { waits, told } = waitsOf()
    const request = {}
    waits.set(request, storage(900))
    expect(told).toEqual([storage(900)])
    waits.clear(request)
    expect(told).toEqual([storage(900), undefined])
  })

  it('reports nothing while bytes are being sent, and for a moment afterwards', async () => {
    const { waits, told, pass } = waitsOf()
    const flight = waits.begin()
    waits.set({}, storage(9000))
    flight.over()
    await pass(249)
    expect(told).toEqual([])
    await pass(1)
    expect(told).toEqual([storage(9000)])
  })

  it('reports nothing if the next request begins within that moment', async () => {
    const { waits, told, pass } = waitsOf()
    const flight = waits.begin()
    waits.set({}, storage(9000))
    flight.over()
    waits.begin()
    await pass(1000)
    expect(told).toEqual([])
  })

  it('reports nothing if its run ends within that moment', async () => {
    const unhandled = unhandledRejections()
    const { waits, told, over } = waitsOf()
    const flight = waits.begin()
    waits.set({}, storage(9000))
    flight.over()
    over.abort(new Error('over'))
    await settle()
    expect([told, unhandled]).toEqual([[], []])
  })

  it('restarts that moment when the last request ends', async () => {
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

  it('counts a request as in flight only once it has its signature', () => {
    for (const isSigned of [false, true]) {
      const { waits, told } = waitsOf()
      const flight = waits.begin()
      flight.setReady(false)
      if (isSigned) flight.setReady(true)
      waits.set({}, storage(900))
      expect(told).toEqual(isSigned ? [] : [storage(900)])
    }
  })

  it('reports the end of the wait when bytes move', () => {
    const { waits, told } = waitsOf()
    waits.set({}, storage(900))
    waits.begin().moved()
    expect(told).toEqual([storage(900), undefined])
  })

  it('reports the next attempt among all waiting requests, and each value once', async () => {
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

  it('reports an additional wait until bytes move, even if a request has begun', () => {
    const { waits, told } = waitsOf()
    waits.set({}, storage(900))
    const flight = waits.begin()
    waits.set({}, storage(500))
    expect(told).toEqual([storage(900), storage(500)])
    flight.moved()
    waits.set({}, storage(300))
    expect(told).toEqual([storage(900), storage(500), undefined])
  })

  it('ignores a request that is cleared unless it was waiting', () => {
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

  it('reports a changed reason or a changed start', () => {
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

describe('Waits for requests whose bytes have stopped', () => {
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

  it('reports the stall, since the last byte that moved, until one moves again', () => {
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

  it('does not count a request without a connection as moving', () => {
    const { waits, told, send } = started()
    waits.begin()
    send().stalled(at(3000))
    expect(told).toEqual([stalled(3000)])
  })

  it('keeps reporting the stall until the next request has moved a byte', () => {
    const { told, send } = started()
    const first = send()
    first.stalled(at(3000))
    first.over()
    send().stalled(at(24_000))
    expect(told).toEqual([stalled(3000)])
  })

  it("reports another request's retry even if one stalls", () => {
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

  it('reports each time the network goes down or comes back, until the run is over', async () => {
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

  it('reports the network before any other reason', async () => {
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

  it('reports at once that the network is already down', async () => {
    const { online, turn } = network()
    await turn(false)
    const { waits, told } = waitsOf(online)
    void waits.watchNetwork()
    expect(told).toEqual([{ reason: 'offline', since: SINCE }])
  })

  it('does nothing if the platform does not report it', async () => {
    const { waits, told } = waitsOf({ ...ONLINE, isOnline: () => false })
    await waits.watchNetwork()
    expect(told).toEqual([])
  })
})
