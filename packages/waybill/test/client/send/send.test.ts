/**
 * How a request leaves where no `XMLHttpRequest` is: what the platform's `fetch` is given, and what
 * becomes of its end.
 *
 * @module
 */

import { startEchoServer } from '@waybill/test-support/echo-server'
import { describe, expect, it, vi } from 'vitest'
import { streamingInit, wholeInit } from '../../../src/client/send/fetch-init.ts'
import type { StorageRequest } from '../../../src/client/send/storage-request.ts'
import { chooseSend, sendableHeaders } from '../../../src/client/send/transport.ts'

const MIB = 1024 ** 2

/** A request, and what it tells of its bytes. */
function requestOf(given: Partial<StorageRequest> = {}) {
  const sent: number[] = []
  const seen: number[] = []
  const request: StorageRequest = {
    ...{
      method: 'PUT',
      url: 'http://s3.example/a?X-Amz-Signature=secret',
      headers: { 'x-a': 'b' },
    },
    ...{ body: new Blob(['abc']), size: 3, signal: new AbortController().signal },
    onSent: (bytes) => sent.push(bytes),
    onBytes: (bytes) => seen.push(...bytes),
    ...given,
  }
  return { request, sent, seen }
}

describe('wholeInit', () => {
  it('reads the body, reports its bytes and keeps the rest of the request', async () => {
    const { request, seen } = requestOf()
    const { method, headers, signal } = request
    const body = new TextEncoder().encode('abc')
    expect(await wholeInit(request)).toEqual({
      ...{ method, headers, signal, body, redirect: 'manual' },
    })
    expect(seen).toEqual([...body])
  })

  it("reads the application's File with its own arrayBuffer()", async () => {
    const whole = new TextEncoder().encode('abc').buffer
    const body = Object.assign(new File([], 'a'), { arrayBuffer: async () => whole })
    const { request } = requestOf({ body })
    expect((await wholeInit(request)).body).toEqual(new TextEncoder().encode('abc'))
  })

  it.each([
    ['rejects', () => Promise.reject(new Error('gone'))],
    [
      'throws',
      () => {
        throw new Error('gone')
      },
    ],
  ])('reports that a file cannot be read which %s', async (_what, arrayBuffer) => {
    const body = Object.assign(new Blob(['abc']), { arrayBuffer })
    const { request } = requestOf({ body })
    await expect(wholeInit(request)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
  })

  it('works without a progress listener', async () => {
    const { request } = requestOf()
    const { onBytes: _, ...unwatched } = request
    expect(await wholeInit(unwatched)).toMatchObject({ method: 'PUT' })
    expect(await textOf(streamingInit(unwatched))).toBe('abc')
  })
})

const textOf = ({ body }: RequestInit) => new Response(body).text()

describe('streamingInit', () => {
  it('reports the bytes sent with each chunk, and passes them on', async () => {
    const pieces = ['abc', 'de']
    const stream = () =>
      new ReadableStream({
        pull(controller) {
          const piece = pieces.shift()
          if (piece === undefined) controller.close()
          else controller.enqueue(new TextEncoder().encode(piece))
        },
      })
    const body = Object.assign(new Blob(['abcde']), { stream })
    const { request, sent, seen } = requestOf({ body, size: 5 })
    const init = streamingInit(request)
    expect(init.headers).toEqual({ 'x-a': 'b', 'content-length': '5' })
    expect(await textOf(init)).toBe('abcde')
    expect(sent).toEqual([3, 5])
    expect(seen).toEqual([...new TextEncoder().encode('abcde')])
  })

  it('releases the file when the request is aborted', async () => {
    const reasons: unknown[] = []
    const stream = () => new ReadableStream({ cancel: (reason) => void reasons.push(reason) })
    const { request } = requestOf({ body: Object.assign(new Blob(), { stream }) })
    const { body } = streamingInit(request)
    await (body as ReadableStream).cancel('given up')
    expect(reasons).toEqual(['given up'])
  })
})

function descriptorsOf(members: object): PropertyDescriptorMap {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [name, { value }]))
}

/** What a page would have, which sends nothing here. */
class Unused {}

const Xhr = Unused as unknown as typeof XMLHttpRequest // never made

function noting(xhr: typeof XMLHttpRequest | undefined) {
  const inits: (RequestInit | undefined)[] = []
  const { send } = chooseSend(async (_, init) => {
    inits.push(init)
    return new Response('')
  }, xhr)
  return { send, inits }
}

describe('a request sent with fetch', () => {
  it.each([
    ['a PUT', 'PUT', 3, true],
    ['a small form', 'POST', MIB - 1, false],
    ['a large form', 'POST', MIB, true],
  ] as const)('for %s (%s, %i bytes) has visible progress: %s', (_, method, size, isSeen) => {
    const byFetch = chooseSend(fetch, undefined)
    expect([byFetch.seesBytes({ method, size }), byFetch.showsBytes]).toEqual([isSeen, true])
    const byXhr = chooseSend(fetch, Xhr)
    expect([byXhr.seesBytes({ method, size }), byXhr.showsBytes]).toEqual([isSeen, false])
  })

  it('for a form sends no cookies and follows no redirect', async () => {
    const { send, inits } = noting(undefined)
    const { request, sent } = requestOf({ method: 'POST' })
    expect(await send(request)).toEqual({
      ...{ status: 200, text: '' },
      headers: { 'content-type': 'text/plain;charset=UTF-8' },
    })
    const { method, headers, signal } = request
    const known = { method, signal, credentials: 'omit', redirect: 'manual', duplex: 'half' }
    const withLength = { ...headers, 'content-length': '3' }
    expect(inits).toEqual([{ ...known, headers: withLength, body: expect.any(ReadableStream) }])
    expect(await new Response(inits[0]?.body).text()).toBe('abc')
    expect(sent).toEqual([3])
  })

  it('arrives with its length, and reports its bytes as they leave and at the end', async () => {
    const server = await startEchoServer((_, outgoing) => outgoing.end('stored'))
    const { request, sent, seen } = requestOf({ url: `${server.endpoint}/a` })
    const answer = await chooseSend(fetch, undefined).send(request)
    await server.close()
    expect(answer).toMatchObject({ status: 200, text: 'stored' })
    expect(server.reached).toMatchObject([{ method: 'PUT', url: '/a' }])
    expect(sent).toEqual([3, 3])
    expect(seen).toEqual([97, 98, 99])
  })

  it.each([
    ['says so', { type: 'opaqueredirect', status: 0 }],
    ['has been followed', { redirected: true }],
  ])('is rejected if its response is a redirect, which %s', async (_, answer) => {
    const { send } = chooseSend(
      async () => Object.defineProperties(new Response(''), descriptorsOf(answer)),
      undefined,
    )
    const { request, sent } = requestOf({ method: 'POST' })
    const failure = await send(request).catch((error: unknown) => error)
    expect(failure).toMatchObject({
      code: 'STORAGE_NOT_ALLOWED',
      message:
        "the storage at http://s3.example responded with a redirect, which is not followed: check the signer's region and endpoint options (S3 redirects to the bucket's own region)",
    })
    expect(sent).toEqual([])
  })

  it('releases the file if the response comes before the file was read', async () => {
    const cancel = vi.fn()
    const stream = () => new ReadableStream({ cancel })
    const body = Object.assign(new Blob(['abc']), { stream })
    const answers = [async () => new Response('busy', { status: 503 }), () => Promise.reject()]
    for (const answer of answers) {
      await chooseSend(answer, undefined)
        .send(requestOf({ body }).request)
        .catch(() => undefined)
    }
    expect(cancel).toHaveBeenCalledTimes(2)
  })

  it('that reaches no server reports its target but not its signature', async () => {
    const cause = new TypeError('fetch failed')
    const { request } = requestOf()
    const { send } = chooseSend(() => Promise.reject(cause), undefined)
    const failure = await send(request).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'NETWORK_FAILED', cause })
    expect(String(failure)).toMatch(/http:\/\/s3\.example did not respond$/)
  })

  it("that is aborted ends with the signal's reason, whatever fetch reports", async () => {
    const stop = new AbortController()
    const { request } = requestOf({ signal: stop.signal })
    const { send } = chooseSend(async () => {
      stop.abort(new Error('given up'))
      throw new TypeError('fetch failed')
    }, undefined)
    await expect(send(request)).rejects.toThrow('given up')
  })
})

describe('a request on a page', () => {
  it('that is small uses a plain fetch, which needs no preflight', async () => {
    const { send, inits } = noting(Xhr)
    const { request, seen } = requestOf({ method: 'POST' })
    await send(request)
    const { method, headers, body, signal } = request
    expect(inits).toEqual([
      { method, headers, body, signal, credentials: 'omit', redirect: 'manual' },
    ])
    expect(seen).toEqual([])
  })
})

describe('sendableHeaders', () => {
  it('drops headers that only the platform may set, in any case', () => {
    const headers = { 'Content-Length': '3', HOST: 'a', 'x-host': 'b', 'content-length-range': '1' }
    expect(sendableHeaders(headers)).toEqual({ 'x-host': 'b', 'content-length-range': '1' })
  })
})
