/**
 * One call to a signer of functions, under a clock of the test: what is sent, and what becomes of
 * each answer.
 *
 * @module
 */

import { settle } from '@waybill/test-support/eventually'
import { virtualTime } from '@waybill/test-support/virtual-time'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { UploadError } from 'waybill'
import { platformEffects } from '../../../src/client/effects.ts'
import { callForToken } from '../../../src/client/send/fetch-token.ts'
import {
  type SignerCallsOptions,
  signerCalls,
} from '../../../src/client/signer-calls/signer-calls.ts'
import { holdToken } from '../../../src/client/signer-calls/token.ts'

const ENDPOINT = 'https://api.example/uploads'
const { signal } = new AbortController()

type Answering = (init: RequestInit) => Response | Promise<Response>

/** What is noted of a request. */
function noted({ method, headers, body, credentials, redirect }: RequestInit): object {
  return { method, headers, body, credentials, redirect }
}

function callsTo(answer: Answering, options: Partial<SignerCallsOptions> = {}) {
  const time = virtualTime()
  const asked: object[] = []
  const calls = signerCalls({
    ...{ endpoint: ENDPOINT, headers: { 'x-owner': 'me' }, credentials: 'include' },
    fetch: async (to, init = {}) => {
      asked.push({ to, ...noted(init) })
      return answer(init)
    },
    wait: time.wait,
    ...options,
  })
  return { calls, asked, time }
}

const failureOf = (call: Promise<unknown>) => call.catch((error: unknown) => error)
const errorOf = (code: string) => JSON.stringify({ error: { code, message: 'm' } })

/** Never answers, and ends with its signal. */
const hangs: Answering = ({ signal: given }) =>
  new Promise((_, reject) => {
    given?.addEventListener('abort', () => reject(given.reason))
  })

const ANSWERED: Answering = () => Response.json({ rules: {} })

describe('a call', () => {
  it("is a JSON POST with the uploader's headers and cookies, and follows no redirect", async () => {
    const { calls, asked } = callsTo(() => Response.json({ parts: 1 }))
    expect(await calls.ask('/list', { b: 2 }, signal)).toEqual({ parts: 1 })
    expect(asked).toEqual([
      {
        ...{ to: `${ENDPOINT}/list`, method: 'POST', body: '{"b":2}' },
        headers: { 'x-owner': 'me', 'content-type': 'application/json' },
        ...{ credentials: 'include', redirect: 'manual' },
      },
    ])
  })

  it('without a message is a GET, whose headers are computed for an empty body', async () => {
    const bodies: string[] = []
    const headers: SignerCallsOptions['headers'] = ({ body }) => {
      bodies.push(body)
      return { 'x-owner': 'you' }
    }
    const { calls, asked } = callsTo(ANSWERED, { headers })
    await calls.ask('/rules', undefined, signal)
    expect(asked).toMatchObject([{ method: 'GET', body: undefined }])
    expect(asked).toHaveProperty('0.headers', { 'x-owner': 'you' })
    expect(bodies).toEqual([''])
  })

  it('can have new headers on a retry, if a function creates them', () => {
    expect(callsTo(ANSWERED).calls.renewsHeaders).toBe(false)
    expect(callsTo(ANSWERED, { headers: () => ({}) }).calls.renewsHeaders).toBe(true)
  })

  it('completes one upload directly, and several as a list', async () => {
    const completed = { key: 'k', size: 1, etag: 'e', verifiedBy: 'size' }
    const answers: object[] = [completed, { uploads: [completed, completed] }, { uploads: [] }]
    const { calls, asked } = callsTo(() => Response.json(answers.shift()))
    const [a, b] = [{ waybill: 'a' }, { waybill: 'b' }]
    expect(await calls.complete([a], signal)).toEqual([completed])
    expect(await calls.complete([a, b], signal)).toEqual([completed, completed])
    expect(await calls.complete([], signal)).toEqual([])
    expect(asked).toMatchObject([
      { to: `${ENDPOINT}/complete`, body: JSON.stringify(a) },
      { to: `${ENDPOINT}/complete`, body: JSON.stringify({ uploads: [a, b] }) },
      { to: `${ENDPOINT}/complete`, body: '{"uploads":[]}' },
    ])
  })
})

describe('a response', () => {
  it("that is not a signer's is reported as such, even for a relative endpoint outside a page", async () => {
    const endpoint = '/api/uploads'
    const { calls } = callsTo(() => new Response('<p>', { status: 404 }), { endpoint })
    await expect(calls.ask('/abort', {}, signal)).rejects.toMatchObject({
      code: 'RESPONSE_INVALID',
      message: expect.stringMatching(
        /^\/api\/uploads responded with 404 and a page \(HTML\): not a signer's response/,
      ),
    })
  })

  it.each([
    ['http://localhost:5173', 'RESPONSE_INVALID'],
    ['https://app.example', 'SIGNER_UNAVAILABLE'],
  ])('with status 200 and a page, from its own server at %s: %s', async (page, code) => {
    vi.stubGlobal('location', new URL(page))
    onTestFinished(() => void vi.unstubAllGlobals())
    const { calls } = callsTo(() => new Response('<!doctype html>'), { endpoint: '/api/uploads' })
    const message = expect.stringContaining("This is the page's own server")
    await expect(calls.ask('/rules', {}, signal)).rejects.toMatchObject({ code, message })
  })

  it.each([
    ['', 'uploads'],
    ['/complete', 'uploads'],
    ['/complete', 'verifiedBy'],
    ['/parts', 'signatures'],
    ['/list', 'parts'],
    ['/rules', 'rules'],
    ['/link', 'url'],
    ['/remove', 'removed'],
    ['/verdict', 'verdict'],
    ['/verdict', 'verdicts'],
    ['/abort', undefined],
  ])("to '%s' is the signer's if it has %s, and someone else's if not", async (path, member) => {
    const right = member ? JSON.stringify({ [member]: [] }) : null
    const { calls } = callsTo(() => new Response(right, { status: right ? 201 : 204 }))
    expect(await calls.ask(path, {}, signal)).toEqual(right ? { [member ?? '']: [] } : undefined)
    const cut = JSON.stringify({ [member ?? 'a']: [1, 2] }).slice(0, -4)
    const bodies = [
      '<!doctype html>',
      '',
      '{}',
      '{"login":true}',
      '[]',
      '7',
      'null',
      '\0\xff<',
      cut,
    ]
    for (const body of bodies) {
      const page = callsTo(() => new Response(body)).calls
      const refused = { code: 'SIGNER_UNAVAILABLE', retryable: true }
      await expect(page.ask(path, {}, signal)).rejects.toMatchObject(refused)
    }
  })

  const at = (status: number | string) =>
    `${ENDPOINT} responded with ${status}: not a signer's response`
  const down =
    '. Is the signer running? If a proxy passes calls on to it (Vite: server.proxy), check its target'
  const check = "Compare the page's endpoint with the path where the signer is mounted"
  const redirected = `the signer at ${ENDPOINT} responded with a redirect, which is not followed: check the page's endpoint`
  it.each([
    [200, '<p>Sign in', 'SIGNER_UNAVAILABLE', `${at('200 and a page (HTML)')}. ${check}`],
    [200, '', 'SIGNER_UNAVAILABLE', `${at(200)}. ${check}`],
    [300, '{}', 'RESPONSE_INVALID', redirected],
    [399, '{}', 'RESPONSE_INVALID', redirected],
    [400, '{}', 'RESPONSE_INVALID', `${at(400)}. ${check}`],
    [400, errorOf('NEW'), 'RESPONSE_INVALID', 'the signer responded with an unknown error NEW: m'],
    [400, errorOf('FORBIDDEN'), 'FORBIDDEN', 'm'],
    [401, '', 'UNAUTHENTICATED', at(401)],
    [401, errorOf('Unauthorized'), 'UNAUTHENTICATED', at(401)],
    [401, errorOf('FORBIDDEN'), 'FORBIDDEN', 'm'],
    [503, '{}', 'SIGNER_UNAVAILABLE', at(503) + down],
    [503, errorOf('ServiceUnavailable'), 'SIGNER_UNAVAILABLE', at(503) + down],
    [503, errorOf('INTERNAL_ERROR'), 'INTERNAL_ERROR', 'm'],
  ])('with status %d and %j is the failure %s', async (status, body, code, message) => {
    const { calls } = callsTo(() => new Response(body, { status }))
    expect(await failureOf(calls.ask('/list', {}, signal))).toMatchObject({ code, message })
  })
})

describe('a call that Lambda answers without the signer', () => {
  it.each([502, 503, 429, 400])("with status %d has Lambda's request id", async (status) => {
    const id = '3f0c8d3e-6a1b-4c55-8b0e-2a6b3c0a9f11'
    const headers = { 'x-amzn-RequestId': id }
    const { calls } = callsTo(() => new Response('Internal Server Error', { status, headers }))
    expect(await failureOf(calls.ask('', {}, signal))).toMatchObject({ id })
  })
})

describe('a call without a response', () => {
  it.each([
    ['', 60_000],
    ['/complete', 180_000],
    ['/list', 20_000],
  ])('at %j is canceled after its time limit', async (path, ms) => {
    const given: (AbortSignal | null | undefined)[] = []
    const { calls, time } = callsTo((init) => {
      given.push(init.signal)
      return hangs(init)
    })
    expect(await time.until(failureOf(calls.ask(path, {}, signal)))).toMatchObject({
      code: 'SIGNER_UNAVAILABLE',
      message: 'the signer at https://api.example did not respond',
      cause: new RangeError(`no response within ${ms} ms`),
    })
    expect(time.monotonicMs()).toBe(ms)
    expect(given[0]?.aborted).toBe(true)
  })

  it("fails with fetch's message", async () => {
    const cause = new TypeError('fetch failed')
    const { calls } = callsTo(() => Promise.reject(cause))
    const failure = await failureOf(calls.ask('/list', {}, signal))
    expect(failure).toMatchObject({ code: 'SIGNER_UNAVAILABLE', cause })
  })

  it("ends with its signal's reason", async () => {
    const stop = new AbortController()
    const { calls } = callsTo(hangs)
    const failure = failureOf(calls.ask('/list', {}, stop.signal))
    const reason = new Error('given up')
    await settle()
    stop.abort(reason)
    expect(await failure).toBe(reason)
  })

  it('has not even begun while its headers are pending, which may take up to 20 seconds', async () => {
    const headers = () => new Promise<never>(() => {})
    const { calls, time, asked } = callsTo(ANSWERED, { headers })
    expect(await time.until(failureOf(calls.ask('', {}, signal)))).toMatchObject({
      ...{ code: 'SIGNER_UNAVAILABLE', message: "the uploader's headers failed" },
      cause: new RangeError('no response within 20000 ms'),
    })
    expect([time.monotonicMs(), asked]).toEqual([20_000, []])
  })
})

describe('a token', () => {
  const pending = () => new Promise<never>(() => {})

  it('may take up to 20 seconds', async () => {
    const time = virtualTime()
    expect(await time.until(failureOf(callForToken(pending, time.wait)))).toMatchObject({
      ...{ code: 'SIGNER_UNAVAILABLE', message: "the uploader's token failed" },
      cause: new RangeError('no response within 20000 ms'),
    })
    expect(time.monotonicMs()).toBe(20_000)
  })

  it("that is pending does not delay a call's abort", async () => {
    const stop = new AbortController()
    const token = holdToken({ token: pending }, { endpoint: '/', fetch }, platformEffects())
    const failure = failureOf(callsTo(ANSWERED, { token }).calls.ask('/list', {}, stop.signal))
    const reason = new Error('given up')
    stop.abort(reason)
    expect(await failure).toBe(reason)
  })
})

describe('failing headers', () => {
  it('are reported as an unavailable signer, with the reason', async () => {
    const cause = new Error('the token endpoint is away')
    const failing = callsTo(ANSWERED, {
      headers: () => {
        throw cause
      },
    })
    await expect(failing.calls.ask('/list', {}, signal)).rejects.toMatchObject({
      ...{ code: 'SIGNER_UNAVAILABLE', message: "the uploader's headers failed", cause },
    })
  })

  it('may choose the error themselves', async () => {
    const refused = new UploadError('UNAUTHENTICATED', 'signed out')
    const failing = callsTo(ANSWERED, { headers: async () => Promise.reject(refused) })
    await expect(failing.calls.ask('/list', {}, signal)).rejects.toBe(refused)
  })
})
