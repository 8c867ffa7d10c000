import { settle } from '@waybill/test-support/eventually'
import {
  BUCKET,
  SECRET,
  type System,
  type SystemOptions,
  startSystem,
} from '@waybill/test-support/system'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { type UploadErrorCode, uploadRule } from 'waybill'
import { createArrival, judgeArrivals } from 'waybill/arrival'
import { createUploader, type Link } from 'waybill/client'

const TEXT = 'the lease'
const FILE = new File([TEXT], 'lease.txt', { type: 'text/plain' })
const RULES = {
  any: uploadRule({
    types: ['text/plain'],
    maxSize: '1 MiB',
    authorize: ({ headers }) => {
      const owner = headers['x-owner']
      return owner ? { owner } : false
    },
    read: true,
    remove: true,
  }),
}

async function start(options: SystemOptions = {}) {
  const system = await startSystem({ ...options, signer: { rules: RULES, ...options.signer } })
  const uploader = system.uploader('ada')
  const { receipt = '' } = await uploader.upload(FILE).done
  return { ...system, uploaderOf: system.uploader, uploader, receipt }
}

function code(code: UploadErrorCode) {
  return expect.objectContaining({ name: 'UploadError', code })
}

function answering(status: number, body: string, retryForMs = 0) {
  const asked: unknown[] = []
  const uploader = createUploader({
    endpoint: 'https://signer.example/',
    retryForMs,
    // Pauses between tries take no time, and calls as long as they like.
    effects: { wait: (ms) => (ms < 20_000 ? Promise.resolve() : new Promise(() => {})) },
    fetch: async (url, init) => {
      asked.push([String(url), JSON.parse(String(init?.body))])
      return new Response(body, { status })
    },
  })
  return { uploader, asked }
}

describe('link', () => {
  it('points to the file, and reports its expiration', async () => {
    const { uploader, receipt } = await start()
    const { url, expiration }: Link = await uploader.link(receipt)
    const response = await fetch(url)
    expect(await response.text()).toBe(TEXT)
    expect(response.headers.get('content-disposition')).toMatch(/^attachment/)
    expect(expiration.getTime()).toBeGreaterThan(Date.now())
    const shown = await uploader.link(receipt, { disposition: 'inline' })
    expect((await fetch(shown.url)).headers.get('content-disposition')).toMatch(/^inline/)
  })

  it('is retried while the file waits for its verdict, but not forever', async () => {
    const asked: string[] = []
    const { uploader, receipt } = await start({
      signer: { verifiedOnly: true, onEvent: ({ type }) => asked.push(type) },
    })
    asked.length = 0
    await expect(uploader.link(receipt)).rejects.toEqual(code('OBJECT_NOT_VERIFIED'))
    expect(asked).toEqual(Array(5).fill('refusal'))
  })

  it.each([
    ['fails for a while', { kind: 'page', status: 503 }, 1],
    ['does what it was asked for, and its answer is lost', { kind: 'lose-response' }, 0],
  ] as const)('succeeds if the signer %s', async (_what, fault, removed) => {
    const calls = { '/link': 0, '/remove': 0 }
    const { uploader, receipt } = await start({
      signerPlan: ({ path }) => {
        const call = path.endsWith('/link') ? '/link' : path.endsWith('/remove') && '/remove'
        if (!call) return undefined
        calls[call] += 1
        return calls[call] === 1 ? fault : undefined
      },
    })
    expect(await uploader.link(receipt)).toHaveProperty('url')
    expect(await uploader.remove(receipt)).toEqual({ removed })
    expect(calls).toEqual({ '/link': 2, '/remove': 2 })
  })

  it.each([
    ['a list for an address', { url: ['https://a.example/'] }],
    ['a script for an address', { url: 'javascript:alert(1)' }],
    ['a script with an address in it', { url: 'javascript:0//https://a' }],
    ['a page of its own', { url: 'data:text/html,x' }],
    ['a relative address', { url: '/a' }],
    ['no address that can be read', { url: 'https://[' }],
    ['no time', { url: 'https://a.example/', expiration: 'soon' }],
  ])('rejects a response with %s', async (_what, answer) => {
    const body = JSON.stringify({ expiration: '2026-11-26T16:00:00Z', ...answer })
    const { uploader } = answering(200, body)
    await expect(uploader.link('r')).rejects.toThrow(
      "the signer's response has no link of this protocol",
    )
    await expect(uploader.link('r')).rejects.toEqual(code('RESPONSE_INVALID'))
  })
})

describe('remove', () => {
  it('deletes the file, and succeeds if it is already gone', async () => {
    const { uploader, receipt } = await start()
    const { url } = await uploader.link(receipt)
    expect(await uploader.remove(receipt)).toEqual({ removed: 1 })
    expect(await uploader.remove(receipt)).toEqual({ removed: 0 })
    expect((await fetch(url)).status).toBe(404)
  })

  it.each(['{"removed":"1"}', '{"removed":1.5}'])('rejects the response %s', async (body) => {
    const { uploader } = answering(200, body)
    await expect(uploader.remove('r')).rejects.toEqual(code('RESPONSE_INVALID'))
  })

  it('sends the receipt, and nothing else by default', async () => {
    const { uploader, asked } = answering(200, '{"removed":1}')
    await uploader.remove('r')
    await uploader.link('r').catch(() => {})
    await uploader.link('r', { disposition: 'inline' }).catch(() => {})
    expect(asked).toEqual([
      ['https://signer.example/remove', { receipt: 'r' }],
      ['https://signer.example/link', { receipt: 'r' }],
      ['https://signer.example/link', { receipt: 'r', disposition: 'inline' }],
    ])
  })
})

describe('verdict', () => {
  const LIE = new File(['no picture'], 'a.png', { type: 'image/png' })
  const RULES_OF_TWO = {
    any: { ...RULES.any, types: ['text/plain', 'image/png'], read: false, remove: false },
  }

  function judging({ s3 }: System) {
    const { region, endpoint, credentials } = s3
    const place = { bucket: BUCKET, region, endpoint, credentials }
    const running = judgeArrivals({
      arrival: createArrival({ ...place, secret: SECRET }),
      subscribe: s3.onObjectCreated,
    })
    onTestFinished(() => running.stop())
  }

  it('waits until arrival has judged the file, and returns the reason for a rejection', async () => {
    const system = await startSystem({ signer: { rules: RULES_OF_TWO, pendingTag: true } })
    const uploader = system.uploader('ada')
    const receiptOf = async (file: File) => (await uploader.upload(file).done).receipt ?? ''
    const unjudged = await receiptOf(FILE)
    expect(await uploader.verdict(unjudged, { waitForMs: 0 })).toEqual({ verdict: 'pending' })
    judging(system)
    const verdictOf = async (file: File) =>
      uploader.verdict(await receiptOf(file), { waitForMs: Infinity })
    expect(await Promise.all([verdictOf(FILE), verdictOf(LIE)])).toEqual([
      { verdict: 'verified' },
      { verdict: 'rejected', reason: 'content-unproven' },
    ])
  })

  /** An uploader whose signer gives these answers in turn, and the last one for ever. */
  function answeringInTurn(...answers: object[]) {
    const waits: number[] = []
    let asked = 0
    let monotonicMs = 100
    const uploader = createUploader({
      endpoint: 'https://signer.example/',
      effects: {
        monotonicMs: () => monotonicMs,
        wait: async (ms) => {
          // A call's limit never passes here, nor the time in which others join it.
          if (ms >= 20_000 || ms < 100) return new Promise(() => {})
          waits.push(ms)
          monotonicMs += ms
        },
      },
      fetch: async () => {
        const answer = answers[Math.min(asked, answers.length - 1)]
        asked += 1
        return Response.json(answer)
      },
    })
    return { uploader, waits, asked: () => asked }
  }

  it('is requested less and less often, and abandoned after a minute', async () => {
    const { uploader, waits, asked } = answeringInTurn({ verdict: 'pending' })
    expect(await uploader.verdict('r')).toEqual({ verdict: 'pending' })
    expect(waits.slice(0, 7)).toEqual([400, 1500, 2000, 4000, 8000, 8000, 8000])
    expect(waits.reduce((sum, ms) => sum + ms)).toBe(60_000)
    expect(asked()).toBe(waits.length + 1)
  })

  it('is retried while no scan has cleared the file', async () => {
    const { uploader, asked } = answeringInTurn(
      { verdict: 'pending' },
      { verdict: 'not-scanned' },
      { verdict: 'verified' },
    )
    expect(await uploader.verdict('r')).toEqual({ verdict: 'verified' })
    expect(asked()).toBe(3)
    const never = answeringInTurn({ verdict: 'not-scanned' })
    expect(await never.uploader.verdict('r', { waitForMs: 0 })).toEqual({ verdict: 'not-scanned' })
    expect(never.asked()).toBe(1)
  })

  it('shares a call with up to a hundred files, two calls at a time, even if stored at different times', async () => {
    const asked: number[] = []
    let inside = 0
    let most = 0
    const uploader = createUploader({
      endpoint: 'https://signer.example/',
      fetch: async (_url, init) => {
        const { receipts = ['one'] } = JSON.parse(String(init?.body))
        asked.push(receipts.length)
        inside += 1
        most = Math.max(most, inside)
        await settle()
        inside -= 1
        const verdict = asked.length > 5 ? 'verified' : 'pending'
        return Response.json(
          receipts.length > 1 ? { verdicts: receipts.map(() => ({ verdict })) } : { verdict },
        )
      },
    })
    const asking = Array.from({ length: 340 }, (_, index) => uploader.verdict(`r${index}`))
    await vi.waitFor(() => expect(asked).toEqual([100, 100, 100, 40]))
    asking.push(uploader.verdict('late'))
    await Promise.all(asking)
    expect(asked.slice(0, 5)).toEqual([100, 100, 100, 40, 1])
    // On a busy machine, the late one may get a call of its own again.
    const again = asked.slice(5)
    expect(again.reduce((sum, receipts) => sum + receipts)).toBe(341)
    expect(again.length).toBeLessThanOrEqual(5)
    expect(most).toBe(2)
  })

  it('fails for one file in a call without affecting the others', async () => {
    const error = { code: 'OBJECT_NOT_FOUND', message: 'gone' }
    const verdicts = [{ verdict: 'verified' }, { error }, { verdict: 'maybe' }]
    const { uploader, asked } = answeringInTurn({ verdicts })
    expect(await Promise.allSettled(['a', 'b', 'c'].map((each) => uploader.verdict(each)))).toEqual(
      [
        { status: 'fulfilled', value: { verdict: 'verified' } },
        { status: 'rejected', reason: code('OBJECT_NOT_FOUND') },
        { status: 'rejected', reason: code('RESPONSE_INVALID') },
      ],
    )
    expect(asked()).toBe(1)
  })

  it("ignores a later version's reason, and rejects its verdicts", async () => {
    const { uploader } = answeringInTurn({ verdict: 'rejected', reason: 'too-blue' })
    expect(await uploader.verdict('r')).toEqual({ verdict: 'rejected' })
    for (const answer of [{ verdict: 'maybe' }, { verdict: true }]) {
      await expect(answeringInTurn(answer).uploader.verdict('r')).rejects.toThrow(
        "the signer's response has no verdict of this protocol",
      )
    }
  })

  it.each([-1, Number.NaN])('refuses to wait for %d ms', async (waitForMs) => {
    const { uploader } = answeringInTurn({ verdict: 'pending' })
    await expect(uploader.verdict('r', { waitForMs })).rejects.toThrow(
      new RangeError(`waitForMs is ${waitForMs}, expected 0 or more`),
    )
  })

  it('ends with its signal while waiting for the next request', async () => {
    const over = new AbortController()
    const reason = new Error('the page has gone')
    const uploader = createUploader({
      endpoint: 'https://signer.example/',
      fetch: async () => {
        queueMicrotask(() => over.abort(reason))
        return Response.json({ verdict: 'pending' })
      },
    })
    const asking = uploader.verdict('r', { waitForMs: Infinity, signal: over.signal })
    await expect(asking).rejects.toBe(reason)
  })
})

describe('a call about a stored file', () => {
  it("fails with the signer's code for another owner and for a deleted file", async () => {
    const { uploader, uploaderOf, receipt } = await start()
    const eve = uploaderOf('eve')
    for (const call of [eve.link, eve.remove, eve.verdict]) {
      await expect(call(receipt)).rejects.toEqual(code('RECEIPT_OWNER'))
    }
    await uploader.remove(receipt)
    for (const call of [uploader.link, uploader.verdict]) {
      await expect(call(receipt)).rejects.toEqual(code('OBJECT_NOT_FOUND'))
    }
  })
})

describe('a signal', () => {
  it('ends a call and its retries', async () => {
    const { uploader } = answering(503, '', Number.POSITIVE_INFINITY)
    const reason = new Error('the page has gone')
    for (const call of [uploader.link, uploader.remove, uploader.verdict]) {
      await expect(call('r', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
      const over = new AbortController()
      const asking = call('r', { signal: over.signal })
      over.abort(reason)
      await expect(asking).rejects.toBe(reason)
    }
  })
})
