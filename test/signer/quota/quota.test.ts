/**
 * What is counted, what is refused, and what is given back.
 *
 * @module
 */

import { describe, expect, it } from 'vitest'
import { type ErrorMessage, type SignerEvent, UploadError, type UploadRules } from 'waybill'
import {
  dynamoQuotas,
  memoryQuotas,
  type QuotaStore,
  type Signer,
  type SignerOptions,
} from 'waybill/signer'
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
} from '../../support/signing.ts'
import { signerOf, spoiledFetch, startStorage, uploadsUnderWay } from '../complete/storage.ts'
import { nowhere, startDynamo } from './tables.ts'

const MIB = 1024 ** 2
const DAY = { files: 3, size: '200 MiB', every: 'day' } as const

/** A rule whose owner is who the cookie names. */
const MINE = {
  ...VIDEO_LIMITS,
  authorize: ({ headers }: { headers: Readonly<Record<string, string>> }) => ({
    owner: headers.cookie ?? 'anna',
  }),
}
const RULES = { video: { ...MINE, quota: DAY } }

type More = Partial<Omit<SignerOptions<UploadRules>, 'rules'>>

function counting(rules: UploadRules = RULES, more: More = {}): Signer<UploadRules> {
  return signerFor<UploadRules>(rules, { quotas: memoryQuotas(), ...more })
}

async function create(
  signer: Pick<Signer, 'handle'>,
  files: readonly object[],
  headers: Readonly<Record<string, string>> = {},
) {
  const response = await post(signer, '', { files }, headers)
  const { uploads }: { uploads: (object | ErrorMessage)[] } = JSON.parse(response.body)
  const codes = uploads.map((upload) => ('error' in upload ? upload.error.code : 'granted'))
  return { ...response, uploads, codes }
}

const times = <Item>(count: number, item: Item) => Array.from({ length: count }, () => item)
const EXCEEDED = 'QUOTA_EXCEEDED'

describe('a rule with a quota of files', () => {
  it('grants as many files a day to each owner, in one call or in several', async () => {
    const signer = counting()
    expect((await create(signer, times(2, FILE))).codes).toEqual(['granted', 'granted'])
    expect((await create(signer, times(3, FILE))).codes).toEqual(['granted', EXCEEDED, EXCEEDED])
    expect((await create(signer, [FILE])).codes).toEqual([EXCEEDED])
    expect((await create(signer, [FILE], { cookie: 'ben' })).codes).toEqual(['granted'])
  })

  it('says what is allowed, and when to ask again', async () => {
    const signer = counting()
    const { status, headers, uploads } = await create(signer, times(4, FILE))
    const seconds = 12 * 3600 // NOW is noon
    expect([status, headers['retry-after']]).toEqual([201, String(seconds)])
    expect(uploads[3]).toEqual({
      error: {
        code: EXCEEDED,
        message: `file is one more than the 3 files that are allowed a day: ask again in ${seconds} s`,
        details: { actual: FILE.size, allowed: 0, retryAfterSeconds: seconds },
      },
    })
    expect(new UploadError('QUOTA_EXCEEDED', '')).toMatchObject({ status: 429, retryable: true })
  })

  it('says nothing of asking again where nothing was refused for it', async () => {
    const { headers, codes } = await create(counting(), [FILE, { ...FILE, type: 'text/html' }])
    expect(codes).toEqual(['granted', 'FILE_TYPE_NOT_ALLOWED'])
    expect(headers).not.toHaveProperty('retry-after')
  })

  it('begins anew with the next day', async () => {
    let now = NOW
    const signer = counting(RULES, { effects: { now: () => now } })
    await create(signer, times(3, FILE))
    now = new Date('2026-03-01T23:59:59.400Z')
    const last = await create(signer, [FILE])
    expect([last.codes, last.headers['retry-after']]).toEqual([[EXCEEDED], '1'])
    now = new Date('2026-03-02T00:00:00Z')
    expect((await create(signer, times(4, FILE))).codes).toEqual([...times(3, 'granted'), EXCEEDED])
  })

  it('does not count what it refuses', async () => {
    const video = {
      ...RULES.video,
      accept: ({ file }: { file: { name: string } }) => file.name !== 'no.mp4',
    }
    const signer = counting({ video })
    const refused = [
      { ...FILE, type: 'text/html' },
      { ...FILE, size: 101 * MIB },
      { ...FILE, name: 'no.mp4' },
      { ...FILE, sha256: undefined },
      { ...FILE, name: '' },
    ]
    const { codes } = await create(signer, [...refused, ...times(4, FILE)])
    expect(codes.slice(5)).toEqual([...times(3, 'granted'), EXCEEDED])
    expect(codes.slice(0, 5)).not.toContain(EXCEEDED)
  })
})

describe('a rule with a quota of bytes', () => {
  it('refuses a file that does not fit, and grants a smaller one', async () => {
    const signer = counting({ video: { ...MINE, quota: { size: '100 MiB', every: 'hour' } } })
    const sized = (size: number) => ({ ...FILE, size: size * MIB })
    expect((await create(signer, [sized(10)])).codes).toEqual(['granted'])
    const { uploads } = await create(signer, [
      { ...FILE, size: 90 * MIB + 1, sha256: undefined },
      sized(15),
    ])
    expect(uploads).toMatchObject([
      {
        error: {
          code: EXCEEDED,
          message:
            'file is 94371841 bytes, 94371840 are left of the 104857600 that are allowed an hour: ask again in 3600 s',
          details: { actual: 94_371_841, allowed: 94_371_840, retryAfterSeconds: 3600 },
        },
      },
      { strategy: 'post' },
    ])
  })
})

describe('GET B under a quota', () => {
  const form = {
    video: { ...RULES.video, form: '50 MiB', quota: { size: '100 MiB', every: 'month' } },
  }

  it('counts a form without a size as all that it may carry', async () => {
    const signer = counting(form)
    expect((await get(signer)).status).toBe(200)
    expect((await get(signer, { size: String(MIB) })).status).toBe(200)
    const refused = await get(signer)
    const seconds = (31 * 24 - 12) * 3600
    expect([refused.status, codeOf(refused)]).toEqual([429, EXCEEDED])
    expect(refused.headers['retry-after']).toBe(String(seconds))
    expect((await get(signer, { size: String(49 * MIB) })).status).toBe(200)
  })

  it('gives back what it did not sign', async () => {
    let fails = true
    const key = ({ id }: { id: string }) => {
      if (fails) throw new Error('no key today')
      return id
    }
    const signer = counting({ video: { ...form.video, key } })
    expect((await get(signer)).status).toBe(503)
    fails = false
    expect((await get(signer)).status).toBe(200)
    expect((await get(signer)).status).toBe(200)
    expect((await get(signer)).status).toBe(429)
  })
})

describe('a grant that fails after it was counted', () => {
  const LARGE = { ...FILE, size: 20 * MIB, sha256: undefined, nonce: '0123456789abcdef' }

  it('is given back, be it storage or the application that failed', async () => {
    const s3 = await startStorage()
    const { fetch } = spoiledFetch((_call, attempt) =>
      attempt <= 4 ? new Response('', { status: 503 }) : undefined,
    )
    const signer = signerOf<UploadRules>(s3, RULES, { fetch, quotas: memoryQuotas() })
    expect((await create(signer, [LARGE])).codes).toEqual(['STORAGE_UNAVAILABLE'])
    const after = await create(signer, times(4, FILE))
    expect(after.codes).toEqual([...times(3, 'granted'), EXCEEDED])
  })

  it('is given back once, and what others were granted meanwhile is not', async () => {
    const fails = { on: false }
    const key = ({ id }: { id: string }) => {
      if (fails.on) throw new UploadError('FORBIDDEN', 'not now')
      return id
    }
    const signer = counting({ video: { ...RULES.video, key } })
    await create(signer, [FILE])
    fails.on = true
    expect((await create(signer, times(2, FILE))).codes).toEqual(times(2, 'FORBIDDEN'))
    fails.on = false
    expect((await create(signer, times(3, FILE))).codes).toEqual(['granted', 'granted', EXCEEDED])
  })

  it('stays counted where it cannot be given back, and the caller hears why it failed', async () => {
    const errors: unknown[] = []
    const quotas = {
      ...memoryQuotas(),
      giveBack: () => Promise.reject(new Error('table is away')),
    }
    const key = () => {
      throw new UploadError('FORBIDDEN', 'not now')
    }
    const onError = (error: unknown) => errors.push(error)
    const signer = counting({ video: { ...RULES.video, key } }, { quotas, onError })
    expect((await create(signer, times(4, FILE))).codes).toEqual([
      ...times(3, 'FORBIDDEN'),
      EXCEEDED,
    ])
    expect(errors).toHaveLength(3)
    expect(errors[0]).toMatchObject({ message: 'quotas.giveBack failed: table is away' })
  })

  it('does not come back by an abort: its signatures still work', async () => {
    const s3 = await startStorage()
    const quotas = memoryQuotas()
    const signer = signerOf<UploadRules>(s3, RULES, { quotas })
    for (let count = 0; count < 3; count += 1) {
      const grant = await createOne(signer, { ...LARGE, nonce: undefined })
      if (!('uploadId' in grant)) throw new Error(JSON.stringify(grant))
      const { waybill, uploadId } = grant
      expect((await post(signer, '/abort', { waybill, uploadId })).status).toBe(204)
    }
    expect(await uploadsUnderWay(s3)).toBe(0)
    expect((await create(signer, [LARGE])).codes).toEqual([EXCEEDED])
  })
})

describe('what belongs to an upload that was counted', () => {
  it('is not counted again: a create whose answer was lost, parts, list', async () => {
    const s3 = await startStorage()
    const signer = signerOf<UploadRules>(
      s3,
      { video: { ...MINE, quota: { files: 1, every: 'day' } } },
      { quotas: memoryQuotas() },
    )
    const large = { ...FILE, size: 20 * MIB, sha256: undefined, nonce: '0123456789abcdef' }
    const grant = await createOne(signer, large)
    expect(await createOne(signer, large)).toEqual(grant)
    if (!('uploadId' in grant)) throw new Error(JSON.stringify(grant))
    const { waybill, uploadId } = grant
    expect((await post(signer, '/parts', { waybill, uploadId, from: 1, count: 3 })).status).toBe(
      200,
    )
    expect((await post(signer, '/list', { waybill, uploadId })).status).toBe(200)
    expect(await createOne(signer, { ...large, nonce: 'another-nonce-0123' })).toMatchObject({
      error: { code: EXCEEDED },
    })
  })
})

describe('a public rule with a quota', () => {
  const open = { video: { ...VIDEO_RULE, quota: { files: 12, every: 'day' } } }

  it('counts callers without an owner together, ten files of a call at most', async () => {
    const signer = counting(open)
    const first = await create(signer, times(15, FILE))
    expect(first.codes).toEqual([...times(10, 'granted'), ...times(5, 'TOO_MANY_UPLOADS')])
    const second = await create(signer, times(15, FILE))
    expect(second.codes).toEqual([
      ...times(2, 'granted'),
      ...times(8, EXCEEDED),
      ...times(5, 'TOO_MANY_UPLOADS'),
    ])
  })

  it('counts an owner apart, where its authorize names one', async () => {
    const authorize = ({ headers }: { headers: Readonly<Record<string, string>> }) =>
      headers.cookie ? { owner: headers.cookie } : {}
    const signer = counting({
      video: { ...open.video, authorize, quota: { files: 1, every: 'day' } },
    })
    expect((await create(signer, [FILE, FILE])).codes).toEqual(['granted', EXCEEDED])
    expect((await create(signer, [FILE, FILE], { cookie: 'ben' })).codes).toEqual([
      'granted',
      EXCEEDED,
    ])
  })
})

describe('a store of quotas', () => {
  it('that fails or does not say yes lets nothing be granted', async () => {
    const errors: unknown[] = []
    const onError = (error: unknown) => errors.push(error)
    const failing: QuotaStore['take'][] = [
      () => Promise.reject(new Error('table is away')),
      () => {
        throw new Error('table is away')
      },
    ]
    for (const take of failing) {
      const signer = counting(RULES, { quotas: { ...memoryQuotas(), take }, onError })
      expect((await create(signer, [FILE])).codes).toEqual(['SIGNER_UNAVAILABLE'])
    }
    expect(errors).toMatchObject(times(2, { message: 'table is away' }))
    // What JavaScript may return.
    for (const answer of [undefined, true, {}, { isTaken: 1, remaining: { files: 9, size: 9 } }]) {
      const take = async () => answer as never
      const signer = counting(RULES, { quotas: { ...memoryQuotas(), take } })
      expect((await create(signer, [FILE])).codes).not.toContain('granted')
    }
  })

  it('is not asked about each file of a call once there is no room', async () => {
    let asked = 0
    const store = memoryQuotas()
    const take: QuotaStore['take'] = (window, amount) => {
      asked += 1
      return store.take(window, amount)
    }
    const signer = counting(RULES, { quotas: { ...store, take } })
    const { codes } = await create(signer, times(100, FILE))
    expect(codes).toEqual([...times(3, 'granted'), ...times(97, EXCEEDED)])
    // Sixteen files are looked at together.
    expect(asked).toBeLessThanOrEqual(16)
  })

  it('in DynamoDB grants five hundred files at once not one more than allowed', async () => {
    const place = await startDynamo()
    const rules = { video: { ...MINE, quota: { files: 123, every: 'day' } } }
    // As many instances, which share the table alone.
    const signers = Array.from({ length: 50 }, () =>
      counting(rules, { quotas: dynamoQuotas(place) }),
    )
    const calls = signers.map((signer) => create(signer, times(10, FILE)))
    const codes = (await Promise.all(calls)).flatMap(({ codes: each }) => each)
    expect(codes.filter((code) => code === 'granted')).toHaveLength(123)
    expect(codes.filter((code) => code === EXCEEDED)).toHaveLength(377)
  })

  it('in DynamoDB that is away lets nothing be granted', async () => {
    const quotas = dynamoQuotas({
      ...{ table: 'gone', region: 'eu-west-1', endpoint: await nowhere() },
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    })
    expect((await create(counting(RULES, { quotas }), [FILE])).codes).toEqual([
      'SIGNER_UNAVAILABLE',
    ])
  })
})

describe('what is told of a quota', () => {
  const rulesOf = async (signer: Pick<Signer, 'handle'>) => {
    const { body, headers } = await signer.handle({
      method: 'GET',
      path: '/rules',
      query: {},
      headers: {},
    })
    return { quota: JSON.parse(body).rules.video.quota, headers }
  }

  it('is what is left for the caller, which no browser keeps', async () => {
    const signer = counting()
    await create(signer, times(2, FILE))
    const { quota, headers } = await rulesOf(signer)
    const limits = { files: 3, size: 200 * MIB, every: 'day' }
    const until = '2026-03-02T00:00:00.000Z'
    expect(quota).toEqual({
      ...limits,
      remaining: { files: 1, size: 200 * MIB - 2 * FILE.size, until },
    })
    expect(headers['cache-control']).toBe('no-store')
    expect(signer.describe()).toMatchObject({ video: { quota: limits } })
    expect(signer.describe().video?.quota).not.toHaveProperty('remaining')
  })

  it('has the limits that there are', async () => {
    const { quota } = await rulesOf(
      counting({ video: { ...MINE, quota: { files: 9, every: 'hour' } } }),
    )
    expect(quota).toEqual({
      files: 9,
      every: 'hour',
      remaining: { files: 9, until: '2026-03-01T13:00:00.000Z' },
    })
  })

  it('says nothing of files where only sizes are counted', async () => {
    const { quota } = await rulesOf(
      counting({ video: { ...MINE, quota: { size: '200 MiB', every: 'hour' } } }),
    )
    expect(quota).toEqual({
      size: 200 * MIB,
      every: 'hour',
      remaining: { size: 200 * MIB, until: '2026-03-01T13:00:00.000Z' },
    })
  })

  it('is told without what is left, where the store fails', async () => {
    const errors: unknown[] = []
    const remaining = () => Promise.reject(new Error('table is away'))
    const signer = counting(RULES, {
      quotas: { ...memoryQuotas(), remaining },
      onError: (error) => errors.push(error),
    })
    const { quota } = await rulesOf(signer)
    expect(quota).toEqual({ files: 3, size: 200 * MIB, every: 'day' })
    expect(errors).toEqual([
      expect.objectContaining({ message: 'quotas.remaining failed: table is away' }),
    ])
  })

  it('is nothing where there is none', async () => {
    const { quota, headers } = await rulesOf(counting({ video: MINE }))
    expect(quota).toBeUndefined()
    expect(headers['cache-control']).toBe('private, max-age=300')
  })

  it('is an event for each file that is refused', async () => {
    const events: SignerEvent[] = []
    const signer = counting(RULES, { onEvent: (event) => void events.push(event) })
    await create(signer, times(5, FILE))
    const refusals = events.filter(({ type }) => type === 'refusal')
    expect(events).toHaveLength(5)
    expect(refusals).toHaveLength(2)
    expect(refusals[1]).toMatchObject({ code: EXCEEDED, status: 429, rule: 'video', owner: 'anna' })
  })
})

describe('createSigner', () => {
  it('wants quotas where a rule has a quota', () => {
    expect(() => signerFor<UploadRules>(RULES)).toThrow(
      'rules.video has a quota, and the signer has no quotas to count it in: give it quotas, such as memoryQuotas()',
    )
  })

  it.each([
    [{}, 'quotas is without the function take, expected a QuotaStore such as memoryQuotas()'],
    [{ take: () => {} }, 'quotas is without the function giveBack'],
    [{ take: () => {}, giveBack: () => {} }, 'quotas is without the function remaining'],
    ['memory', 'quotas is string'],
    [null, 'quotas is null, expected'],
  ])('refuses %j as quotas', (quotas, message) => {
    expect(() => signerFor({ video: VIDEO_RULE }, { quotas: quotas as never })).toThrow(message)
  })

  it.each([
    [{ every: 'day' }, 'rules.video.quota has neither files nor size'],
    [{ files: 0, every: 'day' }, 'rules.video.quota.files is 0, expected a whole number from 1'],
    [{ files: 1.5, every: 'day' }, 'rules.video.quota.files is 1.5'],
    [{ files: '3', every: 'day' }, 'rules.video.quota.files is'],
    [{ files: 3 }, "rules.video.quota.every is missing, expected 'hour', 'day' or 'month'"],
    [{ files: 3, every: 'week' }, 'rules.video.quota.every is'],
    [
      { files: 3, every: 'day', per: 1 },
      "rules.video.quota has 'per', expected only files, size, every",
    ],
    [{ size: '7 lightyears', every: 'day' }, "rules.video.quota.size is '7 lightyears'"],
    [{ size: true, every: 'day' }, 'rules.video.quota.size is true'],
    [
      { size: '99 MiB', every: 'day' },
      'rules.video.quota.size is 103809024 bytes, less than maxSize 104857600: a file of that size could never be granted',
    ],
    [3, 'rules.video.quota is 3, expected an object'],
  ])('refuses the quota %j', (quota, message) => {
    expect(() => counting({ video: { ...MINE, quota: quota as never } })).toThrow(message)
  })
})
