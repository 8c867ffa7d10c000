import {
  createPost,
  FILE,
  NOW,
  post,
  SECRET,
  send,
  signerFor,
  VIDEO_RULE,
} from '@waybill/test-support/signing'
import { describe, expect, it } from 'vitest'
import type { SignerEvent, UploadRules } from 'waybill'
import { setUp, upload } from '../seal/completed.ts'

const ONE = { video: VIDEO_RULE }
const TWO = { video: VIDEO_RULE, film: VIDEO_RULE }

function listening(rules: UploadRules = ONE) {
  const events: SignerEvent[] = []
  const signer = signerFor(rules, { onEvent: (event) => events.push(event) })
  return { events, signer }
}

const ID = expect.stringMatching(/^[0-9a-f]{16}$/)
const REFUSAL = { type: 'refusal', id: ID, at: NOW, code: 'REQUEST_INVALID', status: 400 }

describe('a rejected call', () => {
  it.each([
    ['POST', 'create'],
    ['GET', 'form'],
  ])('%s with a trailing slash after the base URL is %s', async (method, call) => {
    const { events, signer } = listening()
    await send(signer, { method, path: '/' })
    expect(events).toMatchObject([{ type: 'refusal', call, rule: 'video' }])
  })

  it.each([
    ['of the only rule there is', ONE, undefined, { rule: 'video' }],
    ['of no rule, where it names one that there is not', ONE, 'other', {}],
    ['of no rule, where it does not say which of two', TWO, undefined, {}],
    ['of the rule that it names', TWO, 'film', { rule: 'film' }],
    ['of no rule, where what it names is no text', TWO, 7, {}],
  ])('is %s', async (_, rules, rule, said) => {
    const { events, signer } = listening(rules)
    const { status } = await post(signer, '', { rule, files: 'none' })
    expect(status).toBeGreaterThanOrEqual(400)
    expect(events).toMatchObject([{ type: 'refusal', call: 'create' }])
    expect(events.map((event) => ('rule' in event ? { rule: event.rule } : {}))).toEqual([said])
  })

  it.each(['null', '7', '"text"', '[]', '{"waybill"', '{"waybill":7}', ''])(
    'is reported even if its body is %s',
    async (body) => {
      const { events, signer } = listening()
      const { status } = await post(signer, '/list', body)
      expect(status).toBe(400)
      expect(events).toMatchObject([{ type: 'refusal', call: 'list', status: 400 }])
      expect(Object.keys(events[0] ?? {})).toHaveLength(6)
    },
  )

  it.each([
    ['/list', { waybill: 'made up' }],
    ['/list', { waybill: ['a.b.c.d.e'] }],
    ['/link', { receipt: 'made up' }],
    ['/remove', { receipt: 7 }],
  ])('to %s with an invalid waybill has no upload (%#)', async (path, body) => {
    const { events, signer } = listening()
    await post(signer, path, body)
    expect(events).toMatchObject([{ type: 'refusal', call: path.slice(1) }])
    expect(Object.keys(events[0] ?? {})).toHaveLength(6)
  })

  it('has no owner if the rule is public', async () => {
    const { events, signer } = listening()
    const { waybill, key } = await createPost(signer)
    await post(signer, '/list', { waybill, uploadId: 7 })
    const about = { rule: 'video', key, contentType: FILE.type, size: FILE.size }
    expect(events).toStrictEqual([
      { type: 'grant', id: ID, at: NOW, call: 'create', strategy: 'post', ...about },
      { ...REFUSAL, call: 'list', ...about },
    ])
  })

  it('has no owner if the receipt has none', async () => {
    const events: SignerEvent[] = []
    const { signer } = await setUp({ onEvent: (event) => events.push(event) })
    const { answer } = await upload(signer, 'guest', {})
    await post(signer, '/link', { receipt: answer.receipt })
    const refusal = events.at(-1)
    expect(refusal).toMatchObject({ type: 'refusal', call: 'link', rule: 'guest', key: answer.key })
    expect(refusal).not.toHaveProperty('owner')
  })

  it('reports no upload if its body is too long', async () => {
    const { events, signer } = listening()
    const { waybill, key } = await createPost(signer)
    const body = JSON.stringify({ waybill })
    await post(signer, '/list', body)
    await post(signer, '/list', body.padEnd(65_537))
    expect(events.slice(1)).toMatchObject([{ key }, { code: 'REQUEST_TOO_LARGE', status: 413 }])
    expect(events.at(-1)).not.toHaveProperty('key')
  })

  it('asks for no secret where no event is wanted', async () => {
    const { waybill } = await createPost(listening().signer)
    const body = JSON.stringify({ waybill })
    let asked = 0
    const secret = () => {
      asked += 1
      return SECRET
    }
    const headers = { 'content-type': 'text/plain' }
    await send(signerFor(ONE, { secret }), { path: '/list', headers, body })
    expect(asked).toBe(0)
    await send(signerFor(ONE, { secret, onEvent: () => {} }), { path: '/list', headers, body })
    expect(asked).toBe(1)
  })
})
