import { eventually } from '@waybill/test-support/eventually'
import { FILE, signerFor, VIDEO_LIMITS, VIDEO_RULE } from '@waybill/test-support/signing'
import { describe, expect, it } from 'vitest'
import type { SignerRequest } from 'waybill'

const signer = signerFor({ video: { ...VIDEO_RULE, form: true } })
const BASE = 'https://signer.example/api/uploads'
const JSON_TYPE = { 'content-type': 'application/json' }

describe('fetch', () => {
  it('answers a Request with a Response', async () => {
    const body = JSON.stringify({ files: [FILE] })
    const response = await signer.fetch(
      new Request(BASE, { method: 'POST', headers: JSON_TYPE, body }),
    )
    expect(response.status).toBe(201)
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(await response.json()).toMatchObject({ uploads: [{ strategy: 'post' }] })
  })

  it('parses the query', async () => {
    const response = await signer.fetch(new Request(`${BASE}/?name=b%C3%A4r.mp4&size=7`))
    const { presignedPost } = await response.json()
    expect(presignedPost.fields.key).toMatch(/\/bär\.mp4$/)
  })

  it('passes on all headers but those that only a front may set', async () => {
    const seen: SignerRequest[] = []
    const asked = signerFor({
      video: {
        ...VIDEO_LIMITS,
        form: true,
        authorize: (request) => {
          seen.push(request)
          return { owner: 'u1' }
        },
      },
    })
    const headers = { 'X-Waybill-Caller': 'admin', 'x-waybill-': 'a', 'x-user': 'alice' }
    expect((await asked.fetch(new Request(BASE, { headers }))).status).toBe(200)
    expect(seen[0]?.headers).toEqual({ 'x-user': 'alice' })
    expect(seen[0]?.caller).toBeUndefined()
  })

  it('finds the call at the end of the path, whatever the base', async () => {
    const init = { method: 'POST', headers: JSON_TYPE, body: '{"waybill":"x"}' }
    for (const base of ['https://x', BASE, `${BASE}/parts`]) {
      const response = await signer.fetch(new Request(`${base}/complete`, init))
      expect(await response.json()).toMatchObject({ error: { code: 'WAYBILL_INVALID' } })
    }
  })

  it('waits a minute for a body, and then stops reading', async () => {
    const timers: { readonly delayMs: number; readonly run: () => void; isOver: boolean }[] = []
    const later = (delayMs: number, run: () => void) => {
      const timer = { delayMs, run, isOver: false }
      timers.push(timer)
      return () => {
        timer.isOver = true
      }
    }
    const timed = signerFor({ video: VIDEO_RULE }, { effects: { later } })
    const canceled = Promise.withResolvers<void>()
    // One byte, and then nothing.
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new Uint8Array([123])),
      cancel: () => canceled.resolve(),
    })
    const init = { method: 'POST', headers: JSON_TYPE, body, duplex: 'half' } as const
    const answer = timed.fetch(new Request(BASE, init))
    await eventually(() => timers.map(({ delayMs }) => delayMs)).toEqual([60_000])
    timers[0]?.run()
    const response = await answer
    expect([response.status, await response.json()]).toMatchObject([
      408,
      { error: { code: 'REQUEST_TIMEOUT' } },
    ])
    await canceled.promise
    const inTime = { method: 'POST', headers: JSON_TYPE, body: JSON.stringify({ files: [FILE] }) }
    expect((await timed.fetch(new Request(BASE, inTime))).status).toBe(201)
    expect(timers.map(({ isOver }) => isOver)).toEqual([true, true])
  })

  it('explains what to do if the body has already been read', async () => {
    const request = new Request(BASE, { method: 'POST', headers: JSON_TYPE, body: '{"files":[]}' })
    await request.json()
    const response = await signer.fetch(request)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({
      error: { code: 'REQUEST_INVALID', message: expect.stringContaining('or a copy of it') },
    })
  })

  it('answers a preflight without a body', async () => {
    const headers = { origin: 'https://app.example.com' }
    const response = await signer.fetch(new Request(BASE, { method: 'OPTIONS', headers }))
    expect([response.status, response.body]).toEqual([204, null])
    expect(response.headers.get('access-control-allow-origin')).toBe('https://app.example.com')
  })

  it.each([
    [65_536, 201],
    [65_537, 413],
  ])('answers a %i-byte body with %i', async (size, status) => {
    const body = JSON.stringify({ files: [FILE] }).padEnd(size)
    const request = new Request(BASE, { method: 'POST', headers: JSON_TYPE, body })
    expect((await signer.fetch(request)).status).toBe(status)
  })

  it('stops reading a body that never ends', async () => {
    let pulled = 0
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        pulled += 1
        controller.enqueue(new Uint8Array(1024).fill(32))
      },
    })
    const request = new Request(BASE, {
      method: 'POST',
      headers: JSON_TYPE,
      body,
      duplex: 'half',
    } as RequestInit)
    expect((await signer.fetch(request)).status).toBe(413)
    expect(pulled).toBeLessThan(100)
  })

  it('decodes characters that are split between chunks', async () => {
    const text = JSON.stringify({ files: [{ ...FILE, name: '🏖.mp4' }] })
    const bytes = new TextEncoder().encode(text)
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte))
        controller.close()
      },
    })
    const request = new Request(BASE, {
      method: 'POST',
      headers: JSON_TYPE,
      body,
      duplex: 'half',
    } as RequestInit)
    const { uploads } = await (await signer.fetch(request)).json()
    expect(uploads[0].key).toMatch(/\/🏖\.mp4$/)
  })
})
