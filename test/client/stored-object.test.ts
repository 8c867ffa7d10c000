/**
 * The client's calls about stored files: over a whole system, and with signers that answer anything.
 *
 * @module
 */

import { describe, expect, it } from 'vitest'
import { type UploadErrorCode, uploadRule } from 'waybill'
import { createUploader, type Link } from 'waybill/client'
import { type SystemOptions, startSystem } from '../support/system.ts'

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
  it('leads to the file, and says until when', async () => {
    const { uploader, receipt } = await start()
    const { url, expiration }: Link = await uploader.link(receipt)
    const response = await fetch(url)
    expect(await response.text()).toBe(TEXT)
    expect(response.headers.get('content-disposition')).toMatch(/^attachment/)
    expect(expiration.getTime()).toBeGreaterThan(Date.now())
    const shown = await uploader.link(receipt, { disposition: 'inline' })
    expect((await fetch(shown.url)).headers.get('content-disposition')).toMatch(/^inline/)
  })

  it('fails with the code of the signer, for another person and for a removed file', async () => {
    const { uploader, uploaderOf, receipt } = await start()
    await expect(uploaderOf('eve').link(receipt)).rejects.toEqual(code('RECEIPT_OWNER'))
    await expect(uploaderOf('eve').remove(receipt)).rejects.toEqual(code('RECEIPT_OWNER'))
    await uploader.remove(receipt)
    await expect(uploader.link(receipt)).rejects.toEqual(code('OBJECT_NOT_FOUND'))
  })

  it('is asked for again while the file waits for its verdict, and not for ever', async () => {
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
  ] as const)('comes through when the signer %s', async (_what, fault, removed) => {
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
    ['no address', {}],
    ['a script for an address', { url: 'javascript:alert(1)' }],
    ['a page of its own', { url: 'data:text/html,x' }],
    ['a relative address', { url: '/a' }],
    ['no address that can be read', { url: 'https://[' }],
    ['no time', { url: 'https://a.example/', expiration: 'soon' }],
  ])('refuses an answer with %s', async (_what, answer) => {
    const body = JSON.stringify({ expiration: '2026-11-26T16:00:00Z', ...answer })
    const { uploader } = answering(200, body)
    await expect(uploader.link('r')).rejects.toThrow(
      'the signer answered a link of another protocol',
    )
    await expect(uploader.link('r')).rejects.toEqual(code('RESPONSE_INVALID'))
  })
})

describe('remove', () => {
  it('removes the file, and succeeds when it is gone', async () => {
    const { uploader, receipt } = await start()
    const { url } = await uploader.link(receipt)
    expect(await uploader.remove(receipt)).toEqual({ removed: 1 })
    expect(await uploader.remove(receipt)).toEqual({ removed: 0 })
    expect((await fetch(url)).status).toBe(404)
  })

  it.each(['{}', '[]', '{"removed":"1"}', '{"removed":1.5}'])(
    'refuses the answer %s',
    async (body) => {
      const { uploader } = answering(200, body)
      await expect(uploader.remove('r')).rejects.toEqual(code('RESPONSE_INVALID'))
    },
  )

  it('sends the receipt, and nothing that nobody asked for', async () => {
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

describe('a signal', () => {
  it('ends a call and its retries', async () => {
    const { uploader } = answering(503, '', Number.POSITIVE_INFINITY)
    const reason = new Error('the page has gone')
    for (const call of [uploader.link, uploader.remove]) {
      await expect(call('r', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
      const over = new AbortController()
      const asking = call('r', { signal: over.signal })
      over.abort(reason)
      await expect(asking).rejects.toBe(reason)
    }
  })
})
