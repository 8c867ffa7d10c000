import { runInNewContext } from 'node:vm'
import { createOne, FILE, NOW, post, signerFor, VIDEO_RULE } from '@waybill/test-support/signing'
import { describe, expect, it } from 'vitest'
import type { UploadRule } from 'waybill'

/** What a call says, and what the application hears of it. */
async function said(rule: Partial<Record<keyof UploadRule, unknown>>, body: object = {}) {
  const heard: string[] = []
  const signer = signerFor(
    { video: { ...VIDEO_RULE, form: true, ...rule } as UploadRule },
    {
      onError: (error) => void heard.push(String(error)),
      // No time is left for anything that does not return at once.
      effects: {
        later: (_ms, callBack) => {
          setImmediate(callBack)
          return () => {}
        },
      },
    },
  )
  const response = await post(signer, '', { files: [FILE], ...body })
  const { error, uploads } = JSON.parse(response.body)
  return { error: error ?? uploads[0].error, heard }
}

describe('a rule', () => {
  it.each([
    [undefined, 'undefined'],
    [7, 'number'],
    [null, 'object'],
  ])('whose key is %j is invalid, which only the application learns', async (key, kind) => {
    const { error, heard } = await said({ key: () => key })
    expect(error.code).toBe('INTERNAL_ERROR')
    expect(JSON.stringify(error)).not.toContain('rules.video')
    expect(heard).toEqual([`TypeError: rules.video.key is ${kind}, expected text`])
  })

  it.each(['authorize', 'accept', 'key'] as const)('is named if its %s hangs', async (member) => {
    const { error, heard } = await said({ [member]: () => new Promise(() => {}) })
    expect(error.code).toBe('SIGNER_UNAVAILABLE')
    expect(heard).toEqual([expect.stringContaining(`rules.video.${member} `)])
  })

  it('says that it does not know a caller', async () => {
    const { error } = await said({ authorize: () => false })
    expect(error).toMatchObject({
      code: 'UNAUTHENTICATED',
      message:
        'rules.video.authorize returned false: if the person is signed in, check that the call has their cookie or token',
    })
  })
})

describe('a public rule', () => {
  it.each([
    ['a plain object', {}],
    ['an object without a prototype', Object.create(null)],
    ['an object of another realm', runInNewContext('({})')],
  ])('admits a caller if authorize returns %s', async (_what, answer) => {
    const { error, heard } = await said({ authorize: () => answer })
    expect([error, heard]).toEqual([undefined, []])
  })
})

describe('a waybill', () => {
  const rules = { video: { ...VIDEO_RULE, form: true } }
  const waybillOf = async () => {
    const upload = await createOne(signerFor(rules))
    return 'waybill' in upload ? upload.waybill : ''
  }
  const errorOf = async (signer: ReturnType<typeof signerFor>) => {
    const response = await post(signer, '/complete', { waybill: await waybillOf() })
    return JSON.parse(response.body).error
  }

  it('that has expired says when it did', async () => {
    const later = { effects: { now: () => new Date(NOW.getTime() + 604_800_000) } }
    expect(await errorOf(signerFor(rules, later))).toMatchObject({
      code: 'WAYBILL_EXPIRED',
      message: `waybill expired at ${new Date(NOW.getTime() + 604_800_000).toISOString()}`,
    })
  })

  it('that belongs to another owner says so', async () => {
    const authorize = () => ({ owner: 'ann' })
    expect(await errorOf(signerFor({ video: { ...rules.video, authorize } }))).toMatchObject({
      code: 'WAYBILL_NOT_YOURS',
      message: 'waybill belongs to another owner',
    })
  })
})
