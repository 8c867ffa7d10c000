import { type Answering, startEchoServer } from '@waybill/test-support/echo-server'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Fault, Refusal } from '../../src/faults/fault.ts'
import { type FaultProxyOptions, startFaultProxy } from '../../src/faults/fault-proxy.ts'

const MIB = 1024 ** 2
const body = new Uint8Array(MIB).map((_, index) => index % 251)

async function spoiling(fault: Fault, answer?: Answering, more: Partial<FaultProxyOptions> = {}) {
  const upstream = await startEchoServer(answer)
  const proxy = await startFaultProxy({
    upstream: upstream.endpoint,
    plan: ({ number }) => (number === 0 ? fault : undefined),
    ...more,
  })
  onTestFinished(async () => {
    await proxy.close()
    await upstream.close()
  })
  const send = (init: RequestInit = {}) =>
    fetch(`${proxy.endpoint}/bucket/key`, { method: 'PUT', body, ...init })
  const settled = () => proxy.until(() => proxy.exchanges.every(({ ended }) => ended))
  return { upstream, proxy, send, settled }
}

describe('reset-request', () => {
  it('fails the request before upstream has received all of it', async () => {
    const { upstream, proxy, send } = await spoiling({ kind: 'reset-request', afterBytes: 70_000 })
    await expect(send()).rejects.toThrow('fetch failed')
    const second = await send()
    expect(second.status).toBe(200)
    const whole = upstream.reached.filter((reached) => reached.whole)
    expect(whole.map((reached) => reached.body.equals(body))).toEqual([true])
    for (const part of upstream.reached.filter((reached) => !reached.whole)) {
      expect(part.body.equals(body.subarray(0, part.body.length))).toBe(true)
      expect(part.body.length).toBeLessThanOrEqual(70_000)
    }
    expect(proxy.exchanges[0]?.status).toBeUndefined()
  })

  it('cuts earlier if the body is shorter, or missing', async () => {
    for (const short of ['abc', undefined]) {
      const { upstream, send } = await spoiling({ kind: 'reset-request', afterBytes: 70_000 })
      await expect(send({ body: short ?? null })).rejects.toThrow('fetch failed')
      await send()
      expect(upstream.reached.filter(({ whole }) => whole)).toHaveLength(1)
    }
  })
})

describe('lose-response', () => {
  it('lets upstream handle the request, but sends the client nothing', async () => {
    const { upstream, send } = await spoiling({ kind: 'lose-response' })
    await expect(send()).rejects.toThrow('fetch failed')
    expect(upstream.reached[0]?.body.equals(body)).toBe(true)
  })
})

describe.each(['reset-response', 'truncate-response'] as const)('%s', (kind) => {
  it('cuts off the body', async () => {
    const long = 'x'.repeat(MIB)
    const { upstream, send } = await spoiling({ kind, afterBytes: 1000 }, (_incoming, outgoing) => {
      outgoing.setHeader('content-length', MIB)
      outgoing.end(long)
    })
    await expect(send().then((answer) => answer.text())).rejects.toThrow()
    expect(upstream.reached[0]?.whole).toBe(true)
    expect(await (await send()).text()).toBe(long)
  })

  it('cuts off a chunked body', async () => {
    const { send } = await spoiling({ kind, afterBytes: 5000 }, (_incoming, outgoing) => {
      outgoing.write('only a little')
      outgoing.end()
    })
    await expect(send().then((answer) => answer.text())).rejects.toThrow()
  })

  it('fails a response without a body', async () => {
    const { upstream, send } = await spoiling({ kind, afterBytes: 5 }, (_incoming, outgoing) => {
      outgoing.writeHead(204).end()
    })
    await expect(send()).rejects.toThrow('fetch failed')
    expect(upstream.reached[0]?.whole).toBe(true)
  })
})

describe('stall-request', () => {
  it('holds back the body until it is released', async () => {
    const { upstream, proxy, send } = await spoiling({ kind: 'stall-request', afterBytes: 500_000 })
    const sending = send()
    await proxy.until(() => proxy.stalled === 1)
    expect(upstream.reached).toEqual([])
    proxy.release()
    expect((await sending).status).toBe(200)
    expect(upstream.reached[0]?.body.equals(body)).toBe(true)
    expect(proxy.stalled).toBe(0)
  })

  it('ends when the client gives up, and upstream notices', async () => {
    const { upstream, proxy, send, settled } = await spoiling({
      kind: 'stall-request',
      afterBytes: 1,
    })
    const giveUp = new AbortController()
    const sending = send({ body: 'abc', signal: giveUp.signal })
    await proxy.until(() => proxy.stalled === 1)
    giveUp.abort()
    await expect(sending).rejects.toThrow('aborted')
    await settled()
    expect(proxy.stalled).toBe(0)
    expect(upstream.reached.every(({ whole }) => !whole)).toBe(true)
  })
})

describe('stall-response', () => {
  it('holds back the response until it is released', async () => {
    const { upstream, proxy, send } = await spoiling({ kind: 'stall-response' })
    const sending = send()
    await proxy.until(() => proxy.stalled === 1)
    expect(upstream.reached[0]?.whole).toBe(true)
    proxy.release()
    expect(await (await sending).text()).toBe('hello from upstream')
  })
})

describe('flip-byte', () => {
  it.each([0, 65_536, 777_777, MIB - 1])('flips one bit of byte %i', async (at) => {
    const { upstream, send } = await spoiling({ kind: 'flip-byte', at })
    expect((await send()).status).toBe(200)
    const received = upstream.reached[0]?.body ?? Buffer.alloc(0)
    const different = [...received.keys()].filter((index) => received[index] !== body[index])
    expect(received.length).toBe(MIB)
    expect(different).toEqual([at])
  })
})

describe('slow-request', () => {
  it('forwards the whole body in steps', async () => {
    const { upstream, send } = await spoiling({ kind: 'slow-request', lastsMs: 100 })
    expect((await send()).status).toBe(200)
    expect(upstream.reached[0]?.body.equals(body)).toBe(true)
  })
})

describe('refusals', () => {
  const refusals: [Refusal, number][] = [
    ['SlowDown', 503],
    ['InternalError', 500],
    ['RequestTimeTooSkewed', 403],
    ['ExpiredToken', 400],
  ]

  it.each(refusals)('%s is answered as S3 would, without asking upstream', async (kind, status) => {
    for (const early of [false, true]) {
      const { upstream, proxy, send, settled } = await spoiling({ kind, cors: false, early })
      const answer = await send({ headers: { origin: 'http://page.example' } })
      expect(answer.status).toBe(status)
      expect(await answer.text()).toContain(`<Error><Code>${kind}</Code>`)
      expect(answer.headers.get('access-control-allow-origin')).toBeNull()
      await settled()
      expect(upstream.reached).toEqual([])
      expect(proxy.exchanges[0]?.status).toBe(status)
    }
  })

  it('include CORS headers for the calling origin if the plan asks for them', async () => {
    const { send } = await spoiling({ kind: 'SlowDown', cors: true, early: false })
    const answer = await send({ headers: { origin: 'http://page.example' } })
    expect(answer.headers.get('access-control-allow-origin')).toBe('http://page.example')
    expect(answer.headers.get('access-control-expose-headers')).toContain('ETag')
  })
})

describe('duplicate-request', () => {
  it.each([
    ['first', 'answer 1'],
    ['second', 'answer 2'],
  ] as const)(
    'sends the whole request upstream twice, and the client gets the %s response',
    async (answered, text) => {
      let calls = 0
      const { upstream, send, settled } = await spoiling(
        { kind: 'duplicate-request', answered },
        (_, outgoing) => {
          calls += 1
          outgoing.end(`answer ${calls}`)
        },
      )
      expect(await (await send()).text()).toBe(text)
      await settled()
      expect(upstream.reached.map((reached) => reached.body.equals(body))).toEqual([true, true])
    },
  )
})

describe('late-request and late-response', () => {
  it.each(['late-request', 'late-response'] as const)(
    '%s lets another exchange overtake it',
    async (kind) => {
      const { proxy, send } = await spoiling({ kind }, undefined, { maxLateMs: 600_000 })
      const ends: string[] = []
      const late = send().then(() => ends.push('late'))
      await proxy.until(() => proxy.exchanges[0]?.received === (kind === 'late-request' ? 0 : MIB))
      await send().then(() => ends.push('other'))
      await late
      expect(ends).toEqual(['other', 'late'])
    },
  )

  it('waits for half a second at most', async () => {
    const { send } = await spoiling({ kind: 'late-response' })
    expect((await send()).status).toBe(200)
  })
})

describe('page', () => {
  it('answers instead of upstream', async () => {
    const { upstream, send } = await spoiling({ kind: 'page', status: 200 })
    const answer = await send()
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html'])
    expect(upstream.reached).toEqual([])
  })
})
