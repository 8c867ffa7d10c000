import {
  FILE,
  get,
  post,
  send,
  signerFor,
  VIDEO_LIMITS,
  VIDEO_RULE,
} from '@waybill/test-support/signing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type SignerEvent, UploadError, type UploadRules } from 'waybill'
import { startServer, toNodeHandler } from 'waybill/node'
import { memoryQuotas, type SignerOptions } from 'waybill/signer'

const OWN_ID = /^[0-9a-f]{16}$/

type Heard = [error: unknown, call?: { readonly id: string } | undefined]

function listening(rules: UploadRules = { video: VIDEO_RULE }, more: Partial<SignerOptions> = {}) {
  const events: SignerEvent[] = []
  const heard: Heard[] = []
  const signer = signerFor(rules, {
    onEvent: (event) => events.push(event),
    onError: (...told) => heard.push(told),
    ...more,
  })
  return { signer, events, heard }
}

const idOf = ({ body }: { readonly body: string }): string => JSON.parse(body).error.id

describe("a rejected call's id", () => {
  it('is in the response and in the event', async () => {
    const { signer, events } = listening()
    const response = await get(signer)
    expect(idOf(response)).toMatch(OWN_ID)
    expect(events).toMatchObject([{ type: 'refusal', id: idOf(response) }])
    expect(idOf(await get(signer))).not.toBe(idOf(response))
  })

  it('comes from the server if it has one', async () => {
    const { signer, events } = listening()
    const request = { method: 'GET', path: '', query: {}, headers: {} }
    const requestId = '1-5759e988-bd862e3fe1be46a994272793'
    expect(idOf(await signer.handle(request, { requestId }))).toBe(requestId)
    expect(events).toMatchObject([{ id: requestId }])
  })

  it.each(['', ' ', 'a\nb', '<b>', 'x'.repeat(129), 7, null])('replaces %j', async (requestId) => {
    const { signer } = listening()
    const request = { method: 'GET', path: '', query: {}, headers: {} }
    const response = await signer.handle(request, { requestId: requestId as string })
    expect(idOf(response)).toMatch(OWN_ID)
  })

  it.each([
    ['a missing path', { path: '/nowhere' }],
    ['an unknown method', { method: 'PUT' }],
    ['a body that came late', { bodyTimedOut: true }],
    ['a body of another type', { body: '{}' }],
  ])('accompanies %s', async (_name, request) => {
    expect(idOf(await send(listening().signer, request))).toMatch(OWN_ID)
  })

  it('is the same for each file in a call, including accepted ones', async () => {
    const { signer, events } = listening()
    const files = [{ ...FILE, type: 'text/html' }, FILE, { ...FILE, size: -1 }]
    const response = await post(signer, '', { files })
    const { uploads } = JSON.parse(response.body)
    const { id } = uploads[0].error
    expect(id).toMatch(OWN_ID)
    expect(uploads).toMatchObject([{ error: { id } }, { strategy: 'post' }, { error: { id } }])
    expect(events.map((event) => event.id)).toEqual([id, id, id])
    expect(events.map(({ type }) => type).toSorted()).toEqual(['grant', 'refusal', 'refusal'])
  })

  it('accompanies each upload that cannot be completed', async () => {
    const { signer, events } = listening()
    const uploads = [{ waybill: 'a' }, { waybill: 'b' }]
    const answers = JSON.parse((await post(signer, '/complete', { uploads })).body).uploads
    const { id } = answers[0].error
    expect(answers).toMatchObject([{ error: { id } }, { error: { id } }])
    expect(events).toMatchObject([{ id }, { id }])
  })

  it('is passed to onError with the underlying failure', async () => {
    const failure = new Error('the database is away')
    const authorize = () => Promise.reject(failure)
    const { signer, heard } = listening({ video: { ...VIDEO_LIMITS, authorize } })
    const response = await post(signer, '', { files: [FILE] })
    expect(response.status).toBe(503)
    const [[error, about] = []] = heard
    expect(error).toBe(failure)
    expect(about).toEqual({ id: idOf(response) })
  })

  it('is passed to onError if a rule returns an invalid value', async () => {
    // JavaScript may.
    const authorize = () => 'anna' as never
    const { signer, heard } = listening({ video: { ...VIDEO_LIMITS, authorize } })
    const response = await post(signer, '', { files: [FILE] })
    expect(heard).toEqual([[expect.any(TypeError), { id: idOf(response) }]])
    const accept = () => 7 as never
    const accepting = listening({ video: { ...VIDEO_RULE, accept } })
    const { uploads } = JSON.parse((await post(accepting.signer, '', { files: [FILE] })).body)
    expect(accepting.heard).toEqual([[expect.any(TypeError), { id: uploads[0].error.id }]])
  })

  it('is passed to onError if nothing can be returned', async () => {
    const quotas = {
      ...memoryQuotas(),
      giveBack: () => Promise.reject(new Error('away')),
    }
    const key = () => '../wrong'
    const quota = { files: 3, every: 'day' } as const
    const { signer, heard } = listening({ video: { ...VIDEO_RULE, quota, key } }, { quotas })
    const { uploads } = JSON.parse((await post(signer, '', { files: [FILE] })).body)
    const about = { id: uploads[0].error.id }
    expect(heard.map(([, told]) => told)).toEqual([about, about])
  })

  it('is missing in onError outside of a call', async () => {
    const { signer, heard } = listening()
    const headers = { origin: 'https://other.example' }
    await send(signer, { method: 'OPTIONS', headers })
    expect(heard).toEqual([[expect.any(UploadError)]])
  })

  it('is chosen by the signer rather than the caller', async () => {
    const headers = {
      'x-request-id': 'mine',
      'x-amzn-requestid': 'mine',
      'x-amzn-trace-id': 'mine',
    }
    expect(idOf(await get(listening().signer, {}, headers))).toMatch(OWN_ID)
  })

  it('is also present if the handler in front of the signer fails', async () => {
    const heard: Heard[] = []
    const handler = toNodeHandler(listening().signer, {
      context: () => Promise.reject(new Error('no session store')),
      onError: (...told) => heard.push(told),
    })
    const server = await startServer(handler)
    onTestFinished(() => server.close())
    const response = await fetch(server.url)
    expect(response.status).toBe(500)
    const { error } = await response.json()
    expect(error).toMatchObject({
      code: 'INTERNAL_ERROR',
      id: expect.stringMatching(/^[\w-]{16,}$/),
    })
    expect(heard).toEqual([[expect.any(Error), { id: error.id }]])
  })
})
