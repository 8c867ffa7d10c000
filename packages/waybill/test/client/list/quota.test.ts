import { settled, text } from '@waybill/test-support/list-watch'
import { type System, startSystem } from '@waybill/test-support/system'
import { describe, expect, it } from 'vitest'
import { uploadRule } from 'waybill'
import { createUploader, createUploadList } from 'waybill/client'
import { memoryQuotas } from 'waybill/signer'

const LIMITS = { types: ['text/plain'], maxSize: '1 KB' } as const
const RULES = {
  notes: uploadRule({
    ...LIMITS,
    authorize: ({ headers }) => ({ owner: headers['x-owner'] ?? 'nobody' }),
    quota: { files: 2, size: '5 KB', every: 'day' },
  }),
}

const start = () => startSystem({ signer: { rules: RULES, quotas: memoryQuotas() } })

const creations = ({ signerProxy, endpoint }: System) =>
  signerProxy.exchanges.filter(({ request }) => request.path === new URL(endpoint).pathname)

describe('an exhausted quota', () => {
  it('fails a file at once, and reports when more is available', async () => {
    const system = await start()
    const list = createUploadList(system.uploader('me'))
    list.add([text('a'), text('b'), text('c')])
    const { items } = await settled(list)
    // Which of them is beyond it: the one whose hash is there last.
    expect(items.map(({ state }) => state).sort()).toEqual(['done', 'done', 'failed'])
    const { code, details } = items.find(({ state }) => state === 'failed')?.error ?? {}
    expect([code, details]).toEqual([
      'QUOTA_EXCEEDED',
      { actual: expect.any(Number), allowed: 0, retryAfterSeconds: expect.any(Number) },
    ])
    expect(details?.retryAfterSeconds).toBeGreaterThan(0)
    expect(details?.retryAfterSeconds).toBeLessThanOrEqual(86_400)
    // Each file is asked for once, alone or with others.
    expect(creations(system).length).toBeLessThanOrEqual(3)
  })
})

describe("a quota's remainder", () => {
  it('is included in the hints', async () => {
    const system = await start()
    const uploader = system.uploader('me')
    const { key } = await uploader.upload(text('a')).done
    expect(key).toContain('a')
    const { notes } = await uploader.rules()
    expect(notes?.quota).toEqual({
      ...{ files: 2, size: 5000, every: 'day' },
      remaining: {
        files: 1,
        size: 5000 - text('a').size,
        until: expect.stringMatching(/T00:00:00/),
      },
    })
    expect((await createUploadList(uploader).hints()).quota).toEqual(notes?.quota)
  })

  const HINTS = { types: [], accept: '', maxSize: 1, minSize: 0, read: false, remove: false }
  const saying = (quota: unknown) =>
    createUploader({
      endpoint: 'https://signer.example.com',
      fetch: async () => Response.json({ rules: { notes: { ...HINTS, quota } } }),
    }).rules()
  const until = '2026-11-27T00:00:00.000Z'

  it.each([
    [
      { files: 2, every: 'hour' },
      { files: 2, every: 'hour' },
    ],
    [
      { size: 7, every: 'month', more: 1 },
      { size: 7, every: 'month' },
    ],
    [
      { size: 7, every: 'day', remaining: { size: 0, until, more: 1 } },
      { size: 7, every: 'day', remaining: { size: 0, until } },
    ],
    [{ files: 2, every: 'decade' }, undefined],
  ])('is read as far as it is known: %j', async (quota, read) => {
    expect((await saying(quota)).notes?.quota).toEqual(read)
  })

  it.each([
    ['text', ' is "text", expected an object'],
    [{ files: '2', every: 'day' }, '.files is "2"'],
    [{ size: -1, every: 'day' }, '.size is -1'],
    [{ files: 2, every: 'day', remaining: 1 }, '.remaining is 1, expected an object'],
    [{ files: 2, every: 'day', remaining: { files: 2 } }, '.remaining.until is not a date'],
    [{ every: 'day', remaining: { until: 'tomorrow' } }, '.remaining.until is not a date'],
    [{ every: 'day', remaining: { until: `<b>${until}` } }, '.remaining.until is not a date'],
    [{ every: 'day', remaining: { until: `${until}<b>` } }, '.remaining.until is not a date'],
    [{ every: 'day', remaining: { until: [until] } }, '.remaining.until is not a date'],
    [{ every: 'day', remaining: { files: 0.5, until } }, '.remaining.files is 0.5'],
  ])('is rejected if it belongs to another protocol: %j', async (quota, message) => {
    const error = await saying(quota).catch((failure: unknown) => failure)
    expect(error).toMatchObject({ code: 'RESPONSE_INVALID' })
    expect(error).toHaveProperty('message', expect.stringContaining(`rules.notes.quota${message}`))
  })
})
