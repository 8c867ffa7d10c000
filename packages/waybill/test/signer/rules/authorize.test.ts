import {
  codeOf,
  createOne,
  FILE,
  get,
  NOW,
  post,
  signerFor,
  VIDEO_LIMITS,
  VIDEO_RULE,
} from '@waybill/test-support/signing'
import { describe, expect, it } from 'vitest'
import { type SignerRequest, UploadError, type UploadRule, uploadRule } from 'waybill'

/** Who calls stands in a header; nobody without one. */
const RULE = uploadRule({
  ...VIDEO_LIMITS,
  maxSize: '5 TiB',
  form: true,
  authorize: ({ headers }: SignerRequest) => {
    const owner = headers['x-user']
    if (owner === undefined) throw new UploadError('UNAUTHENTICATED', 'sign in first')
    if (owner === 'banned') throw new UploadError('FORBIDDEN', 'this account is closed')
    return { owner }
  },
})

const signer = signerFor({ video: RULE })

const CALLS = [
  ['', { files: [FILE] }],
  ['/parts', { uploadId: 'x', from: 1, count: 1 }],
  ['/list', { uploadId: 'x' }],
  ['/complete', { uploadId: 'x' }],
  ['/abort', { uploadId: 'x' }],
] as const

async function waybillOf(user: string): Promise<string> {
  const upload = await createOne(signer, FILE, { 'x-user': user })
  if (!('waybill' in upload)) throw new Error(JSON.stringify(upload))
  return upload.waybill
}

describe('authorize', () => {
  it.each(CALLS)('runs on POST %s', async (path, body) => {
    const waybill = await waybillOf('alice')
    const nobody = await post(signer, path, { ...body, waybill })
    expect([nobody.status, codeOf(nobody)]).toEqual([401, 'UNAUTHENTICATED'])
    const banned = await post(signer, path, { ...body, waybill }, { 'x-user': 'banned' })
    expect([banned.status, codeOf(banned)]).toEqual([403, 'FORBIDDEN'])
  })

  it('runs on GET', async () => {
    expect((await get(signer)).status).toBe(401)
    expect((await get(signer, {}, { 'x-user': 'alice' })).status).toBe(200)
  })

  it.each(CALLS.slice(1))("rejects another owner's waybill on POST %s", async (path, body) => {
    const waybill = await waybillOf('bob')
    const response = await post(signer, path, { ...body, waybill }, { 'x-user': 'alice' })
    expect([response.status, codeOf(response)]).toEqual([403, 'WAYBILL_NOT_YOURS'])
  })

  it.each(CALLS.slice(1))('rejects a forged waybill on POST %s', async (path, body) => {
    const waybill = `${(await waybillOf('alice')).slice(0, -4)}AAAA`
    const response = await post(signer, path, { ...body, waybill }, { 'x-user': 'alice' })
    expect([response.status, codeOf(response)]).toEqual([400, 'WAYBILL_INVALID'])
  })

  it.each(CALLS.slice(1))('rejects an expired waybill on POST %s', async (path, body) => {
    const waybill = await waybillOf('alice')
    const later = signerFor(
      { video: RULE },
      { effects: { now: () => new Date(NOW.getTime() + 604_800_000) } },
    )
    const response = await post(later, path, { ...body, waybill }, { 'x-user': 'alice' })
    expect([response.status, codeOf(response)]).toEqual([410, 'WAYBILL_EXPIRED'])
  })

  it.each([
    [undefined, 400],
    [7, 400],
    ['', 400],
    ['x'.repeat(1537), 400],
  ])('rejects the waybill %j', async (waybill, status) => {
    const response = await post(signer, '/complete', { waybill }, { 'x-user': 'alice' })
    expect([response.status, codeOf(response)]).toEqual([status, 'WAYBILL_INVALID'])
  })

  it("rejects an owner's waybill if the rule no longer has owners", async () => {
    const waybill = await waybillOf('alice')
    const open = signerFor({ video: { ...VIDEO_RULE, maxSize: '5 TiB' } })
    expect(codeOf(await post(open, '/complete', { waybill }))).toBe('WAYBILL_NOT_YOURS')
  })

  it('runs once for a hundred waybills in one call', async () => {
    let runs = 0
    const counting = signerFor({
      video: {
        ...VIDEO_LIMITS,
        authorize: () => {
          runs += 1
          return { owner: 'alice' }
        },
      },
    })
    const upload = await createOne(counting)
    const uploads = Array(100).fill({ waybill: 'waybill' in upload ? upload.waybill : '' })
    runs = 0
    await post(counting, '/complete', { uploads })
    expect(runs).toBe(1)
  })

  it('passes its result to the key', async () => {
    const ruled = signerFor({
      video: uploadRule({
        ...VIDEO_LIMITS,
        authorize: () => ({ owner: 'alice', tenant: 't1' }),
        key: ({ authorization, id }) => `${authorization.tenant}/${authorization.owner}/${id}`,
      }),
    })
    expect(await createOne(ruled)).toMatchObject({ key: expect.stringMatching(/^t1\/alice\//) })
  })

  it("is called for the waybill's rule, whatever the call says", async () => {
    const two = signerFor({ video: RULE, open: VIDEO_RULE })
    const created = await post(two, '', { rule: 'video', files: [FILE] }, { 'x-user': 'alice' })
    const { waybill } = JSON.parse(created.body).uploads[0]
    const response = await post(two, '/complete', { rule: 'open', waybill })
    expect(codeOf(response)).toBe('UNAUTHENTICATED')
  })

  it("requires the rule's name if there are several", async () => {
    const two = signerFor({ video: RULE, open: VIDEO_RULE })
    expect(codeOf(await post(two, '', { files: [FILE] }))).toBe('RULE_UNKNOWN')
  })
})

/** What an `authorize` may return although its type says otherwise, and how the log names it. */
const NO_CALLERS: readonly (readonly [unknown, string])[] = [
  [undefined, 'undefined'],
  [null, 'null'],
  ['', 'an empty string'],
  ['alice', 'a string'],
  [0, 'a number'],
  [Number.NaN, 'a number'],
  [true, 'a boolean'],
  [[], 'an array'],
  [[{ owner: 'alice' }], 'an array'],
  [() => ({ owner: 'alice' }), 'a function'],
  [{}, 'an object whose owner is undefined'],
  [{ ownr: 'alice' }, 'an object whose owner is undefined'],
  [{ owner: null }, 'an object whose owner is null'],
  [{ owner: '' }, 'an object whose owner is an empty string'],
  [{ owner: 7 }, 'an object whose owner is a number'],
  [{ owner: ['alice'] }, 'an object whose owner is an array'],
  [{ owner: Promise.resolve('alice') }, 'an object whose owner is an object'],
]

/** Without types, as a program in JavaScript. */
function signerWith(rule: object, options: object = {}) {
  const told: unknown[] = []
  const onError = (error: unknown) => told.push(error)
  return { told, signer: signerFor({ video: rule as UploadRule }, { onError, ...options }) }
}

describe("authorize's result", () => {
  it.each(NO_CALLERS)('is rejected if it is %j, and reported as %s', async (answer, named) => {
    for (const authorize of [() => answer, async () => answer]) {
      for (const at of ['its own', "the signer's"]) {
        const own = at === 'its own'
        const { signer, told } = own
          ? signerWith({ ...VIDEO_LIMITS, authorize })
          : signerWith(VIDEO_LIMITS, { authorize })
        const response = await post(signer, '', { files: [FILE] })
        expect([response.status, codeOf(response)]).toEqual([401, 'UNAUTHENTICATED'])
        const hint = answer === undefined ? ' (is a return missing?)' : ''
        const message = `rules.video.authorize returned ${named}, expected false or an object whose owner is a non-empty string${hint}`
        expect(told.map(String)).toEqual([`TypeError: ${message}`])
        expect(JSON.parse(response.body).error.message).toBe(message)
        expect(String(told)).not.toContain('alice')
      }
    }
  })

  it.each([
    ['an error', new UploadError('FORBIDDEN', 'no captcha')],
    ['a response', new Response('', { status: 401 })],
    ['a boxed false', Object(false)],
    ['a date', new Date(0)],
    ['an object made of one', Object.create({ admin: true })],
  ])('admits nobody with %s, which the rule should have thrown', async (_what, answer) => {
    const { signer, told } = signerWith({ ...VIDEO_LIMITS, public: true, authorize: () => answer })
    expect(codeOf(await post(signer, '', { files: [FILE] }))).toBe('UNAUTHENTICATED')
    expect(told.map(String)).toEqual([
      'TypeError: rules.video.authorize returned an instance of a class without owner, expected false or a plain object whose owner, if any, is a non-empty string',
    ])
  })

  it('becomes its owner if it is a class instance that has one', async () => {
    class Session {
      owner = 7
    }
    const authorize = () => new Session()
    const { signer, told } = signerWith({ ...VIDEO_LIMITS, public: true, authorize })
    expect(codeOf(await post(signer, '', { files: [FILE] }))).toBe('UNAUTHENTICATED')
    expect(String(told)).toContain('authorize returned an object whose owner is a number,')
  })

  it('is a rejection if it is false, and is not reported', async () => {
    const { signer, told } = signerWith({ ...VIDEO_LIMITS, authorize: () => false })
    const response = await post(signer, '', { files: [FILE] })
    expect([response.status, codeOf(response)]).toEqual([401, 'UNAUTHENTICATED'])
    expect(told).toEqual([])
  })

  it('can reject a known caller with an exception', async () => {
    const authorize = () => {
      throw new UploadError('FORBIDDEN', 'your plan has no uploads')
    }
    const { signer, told } = signerWith({ ...VIDEO_LIMITS, authorize })
    const response = await post(signer, '', { files: [FILE] })
    expect([response.status, codeOf(response)]).toEqual([403, 'FORBIDDEN'])
    expect(told).toEqual([])
  })
})

describe('an authorize that returns nothing', () => {
  it('is reported once a minute, however many calls there are', async () => {
    let seconds = 0
    const now = () => new Date(NOW.getTime() + seconds * 1000)
    const rule = { ...VIDEO_LIMITS, authorize: () => undefined }
    const { signer, told } = signerWith(rule, { effects: { now } })
    const call = () => post(signer, '', { files: [FILE] })
    for (seconds of [0, 30, 59]) await call()
    expect(told).toHaveLength(1)
    for (seconds of [60, 90]) await call()
    expect(told).toHaveLength(2)
  })
})

describe('an owner that is undefined', () => {
  it('is rejected, and onError is told what to return instead', async () => {
    const authorize = () => ({ owner: undefined })
    const { signer, told } = signerWith({ ...VIDEO_LIMITS, authorize })
    expect(codeOf(await post(signer, '', { files: [FILE] }))).toBe('UNAUTHENTICATED')
    expect(told.map(String)).toEqual([
      'TypeError: rules.video.authorize returned an object whose owner is undefined, expected false or an object whose owner is a non-empty string: ' +
        'return false for an unknown caller',
    ])
  })
})

describe('createSigner with authorize', () => {
  const byHeader = ({ headers }: SignerRequest) => {
    const owner = headers['x-user']
    return owner === undefined ? false : { owner }
  }

  it('is called for each rule without its own authorize', async () => {
    const signer = signerFor(
      {
        video: VIDEO_LIMITS,
        own: { ...VIDEO_LIMITS, authorize: () => ({ owner: 'own' }) },
      },
      { authorize: byHeader },
    )
    const create = async (rule: string, headers = {}) =>
      (await post(signer, '', { rule, files: [FILE] }, headers)).status
    expect(await create('video')).toBe(401)
    expect(await create('video', { 'x-user': 'alice' })).toBe(201)
    expect(await create('own')).toBe(201)
  })

  it("binds an upload to the owner that the signer's authorize returns", async () => {
    const signer = signerFor({ video: VIDEO_LIMITS }, { authorize: byHeader })
    const upload = await createOne(signer, FILE, { 'x-user': 'alice' })
    const waybill = 'waybill' in upload ? upload.waybill : ''
    const bobs = await post(signer, '/complete', { waybill }, { 'x-user': 'bob' })
    expect(codeOf(bobs)).toBe('WAYBILL_NOT_YOURS')
  })

  it('is not switched off by public: true', async () => {
    const signer = signerFor({ video: VIDEO_RULE }, { authorize: byHeader })
    expect(codeOf(await post(signer, '', { files: [FILE] }))).toBe('UNAUTHENTICATED')
  })
})

describe('public: true', () => {
  it('admits every caller if there is no authorize', async () => {
    const { signer } = signerWith(VIDEO_RULE)
    expect((await post(signer, '', { files: [FILE] })).status).toBe(201)
  })

  it('lets authorize return no owner', async () => {
    const { signer } = signerWith({ ...VIDEO_RULE, authorize: () => ({ score: 0.9 }) })
    expect((await post(signer, '', { files: [FILE] })).status).toBe(201)
  })

  it('does not accept an undefined owner, as from a missing session', async () => {
    const authorize = ({ headers }: SignerRequest) => ({ owner: headers['x-user'] })
    const { signer, told } = signerWith({ ...VIDEO_RULE, authorize })
    const response = await post(signer, '', { files: [FILE] })
    expect([response.status, codeOf(response)]).toEqual([401, 'UNAUTHENTICATED'])
    expect(told.map(String)).toEqual([
      'TypeError: rules.video.authorize returned an object whose owner is undefined, expected false or a plain object whose owner, if any, is a non-empty string: ' +
        'omit owner for an anonymous upload, or return false to reject the caller',
    ])
    const alice = await post(signer, '', { files: [FILE] }, { 'x-user': 'alice' })
    expect(alice.status).toBe(201)
  })

  it.each(
    NO_CALLERS.filter(([, named]) => !named.endsWith('undefined') || !named.includes('owner')),
  )('does not accept %j from it', async (answer) => {
    const { signer, told } = signerWith({ ...VIDEO_RULE, authorize: () => answer })
    expect(codeOf(await post(signer, '', { files: [FILE] }))).toBe('UNAUTHENTICATED')
    expect(told).toHaveLength(1)
  })

  it('still binds an upload whose caller has an owner', async () => {
    const authorize = ({ headers }: SignerRequest) => {
      const owner = headers['x-user']
      return owner === undefined ? {} : { owner }
    }
    const { signer } = signerWith({ ...VIDEO_RULE, authorize })
    const upload = await createOne(signer, FILE, { 'x-user': 'alice' })
    const waybill = 'waybill' in upload ? upload.waybill : ''
    for (const headers of [{}, { 'x-user': 'bob' }]) {
      const response = await post(signer, '/complete', { waybill }, headers)
      expect(codeOf(response)).toBe('WAYBILL_NOT_YOURS')
    }
  })
})
