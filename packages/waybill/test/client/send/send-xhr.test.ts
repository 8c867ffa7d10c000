/**
 * Requests by an `XMLHttpRequest` of the test, which does what an engine does and notes what it is
 * told. Engines themselves have their turn in `packages/waybill/test/client/browser/`.
 *
 * @module
 */

import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { sendByXhr } from '../../../src/client/send/transport.ts'

const TO = 'https://s3.example/k?X-Amz-Signature=secret'
const ANSWER = { status: 200, responseText: '', responseURL: TO, headers: '' }

/** What an engine tells of a request, in its order. */
type Engine = (xhr: Double) => void

class Double {
  status = 0
  responseText = ''
  responseURL = ''
  headers = ''
  upload: { onprogress?: (event: { loaded: number; total: number }) => void } = {}
  onprogress?: (event: { loaded: number }) => void
  onload?: () => void
  onerror?: () => void
  onabort?: () => void
  onloadend?: () => void
  readonly told: unknown[] = []
  readonly #engine: Engine

  constructor(engine: Engine) {
    this.#engine = engine
  }

  open(...given: unknown[]): void {
    this.told.push(['open', ...given])
  }
  setRequestHeader(...given: unknown[]): void {
    this.told.push(['header', ...given])
  }
  getAllResponseHeaders(): string {
    return this.headers
  }
  send(...given: unknown[]): void {
    this.told.push(['send', ...given])
    this.#engine(this)
  }
  abort(): void {
    this.told.push(['abort'])
    this.onabort?.()
    this.onloadend?.()
  }
}

function answered(answer: Partial<typeof ANSWER> = {}): Engine {
  return (xhr) => {
    Object.assign(xhr, ANSWER, answer)
    xhr.onload?.()
    xhr.onloadend?.()
  }
}

function request(engine: Engine, url = TO, stop = new AbortController()) {
  const xhr = new Double(engine)
  const Xhr = function give() {
    return xhr
  } as unknown as typeof XMLHttpRequest // what the sender uses of it
  const sent: number[] = []
  const body = new Blob(['abc'])
  const ended = sendByXhr(Xhr)({
    ...{ method: 'PUT', url, headers: { 'x-a': 'b', 'x-c': 'd' }, body, size: 3 },
    ...{ signal: stop.signal, onSent: (bytes: number) => void sent.push(bytes) },
  }).catch((error: unknown) => error)
  return { xhr, ended, sent, stop, body }
}

describe('a request by XMLHttpRequest', () => {
  it('sends its headers and its body', async () => {
    const { xhr, ended, body } = request(answered())
    await ended
    expect(xhr.told).toEqual([
      ['open', 'PUT', TO],
      ['header', 'x-a', 'b'],
      ['header', 'x-c', 'd'],
      ['send', body],
    ])
  })

  it('returns any status, the text and the headers that the page may read', async () => {
    const headers = 'ETag: "a:b" \r\nX-Amz-Request-Id:1\r\n:\r\n'
    const { ended, sent } = request(answered({ status: 403, responseText: '<Error/>', headers }))
    expect(await ended).toEqual({
      ...{ status: 403, text: '<Error/>' },
      headers: { etag: '"a:b"', 'x-amz-request-id': '1' },
    })
    expect(sent).toEqual([3])
  })

  it.each([
    ['the share of the file that has left, in whole bytes', [0, 3, 4, 7], 7, [0, 1, 2, 3, 3]],
    ['no more than the file, even if WebKit sends it twice', [5, 10, 15, 20], 10, [2, 3, 3, 3, 3]],
    ['nothing while the engine knows no length', [100], 0, [0, 3]],
  ])('reports %s', async (_, loads, total, expected) => {
    const { ended, sent } = request((xhr) => {
      for (const loaded of loads) xhr.upload.onprogress?.({ loaded, total })
      answered()(xhr)
    })
    await ended
    expect(sent).toEqual(expected)
  })

  it.each([
    ['an address that it was not sent to', 'https://elsewhere.example/k', false],
    ['its own address as engines write it', 'https://s3.example/a%20b', true],
    ['none: some engines do not say', '', true],
  ])('that was answered by %s', async (_, responseURL, isTaken) => {
    const { ended, sent } = request(answered({ responseURL }), 'https://s3.example/a b')
    expect(await ended).toMatchObject(
      isTaken
        ? { status: 200 }
        : {
            code: 'STORAGE_NOT_ALLOWED',
            message:
              "the storage at https://s3.example responded with a redirect, which is not followed: check the signer's region and endpoint options (S3 redirects to the bucket's own region)",
          },
    )
    expect(sent).toEqual(isTaken ? [3] : [])
  })

  it('fails without a response', async () => {
    const { ended } = request((xhr) => {
      xhr.onerror?.()
      xhr.onloadend?.()
    })
    expect(await ended).toMatchObject({
      code: 'NETWORK_FAILED',
      message: 'the storage at https://s3.example did not respond',
    })
  })

  it.each([
    [262_144, { status: 200 }, false],
    [
      262_145,
      {
        code: 'RESPONSE_INVALID',
        message: "the storage's response is longer than 262144 bytes",
      },
      true,
    ],
  ])('whose answer has %d bytes', async (loaded, outcome, isAborted) => {
    const { xhr, ended } = request((engine) => {
      engine.onprogress?.({ loaded })
      answered()(engine)
    })
    expect(await ended).toMatchObject(outcome)
    expect(xhr.told.some((told) => String(told) === 'abort')).toBe(isAborted)
  })

  it('ends with its signal, and is not even opened if that has fired', async () => {
    const reason = new Error('given up')
    const stop = new AbortController()
    const { xhr, ended } = request(() => {}, TO, stop)
    stop.abort(reason)
    expect(await ended).toBe(reason)
    expect(xhr.told).toContainEqual(['abort'])
    const late = request(answered(), TO, stop)
    expect(await late.ended).toBe(reason)
    expect(late.xhr.told).toEqual([])
  })

  it('removes its listener from the signal when it ends', async () => {
    const { ended, stop } = request(answered())
    await ended
    expect(getEventListeners(stop.signal, 'abort')).toEqual([])
  })
})
