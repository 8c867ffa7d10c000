import { codeOf, createOne, FILE, post, signerFor, VIDEO_RULE } from '@waybill/test-support/signing'
import { describe, expect, it } from 'vitest'
import type { UploadRule } from 'waybill'
import { memoryQuotas, type SignerOptions } from 'waybill/signer'

const OUTAGE = new Error('session store at 10.0.0.7 is away')

function throws(): never {
  throw OUTAGE
}

/** A signer whose functions are given up at once, and what `onError` got. */
function signerWith(
  rule: Pick<UploadRule, 'authorize' | 'key' | 'quota'>,
  options: Partial<SignerOptions> = {},
) {
  const told: unknown[] = []
  const waits: number[] = []
  const signer = signerFor(
    { video: { ...VIDEO_RULE, ...rule } as UploadRule },
    {
      ...options,
      onError: (error) => told.push(error),
      effects: {
        later: (delayMs, callBack) => {
          waits.push(delayMs)
          const timer = setImmediate(callBack)
          return () => clearImmediate(timer)
        },
      },
    },
  )
  return { signer, told, waits }
}

const never = () => new Promise<never>(() => {})

describe('authorize', () => {
  it.each([
    ['throws', throws],
    ['rejects', async () => throws()],
  ])('that %s is answered 503, and reported', async (_, authorize) => {
    const { signer, told } = signerWith({ authorize })
    const response = await post(signer, '', { files: [FILE] })
    expect([response.status, codeOf(response)]).toEqual([503, 'SIGNER_UNAVAILABLE'])
    expect(response.body).not.toContain('10.0.0.7')
    expect(told).toEqual([OUTAGE])
  })

  it('that never returns is abandoned before clients give up', async () => {
    const { signer, told, waits } = signerWith({ authorize: never })
    const response = await post(signer, '', { files: [FILE] })
    expect([response.status, codeOf(response)]).toEqual([503, 'SIGNER_UNAVAILABLE'])
    expect(told).toMatchObject([
      { message: 'rules.video.authorize did not return within 15000 ms' },
    ])
    expect(waits).toEqual([15_000])
  })

  it('that returns leaves no timer', async () => {
    let left = 0
    const signer = signerFor(
      { video: { ...VIDEO_RULE, authorize: async () => ({ owner: 'me' }) } },
      {
        effects: {
          later: () => {
            left += 1
            return () => {
              left -= 1
            }
          },
        },
      },
    )
    expect(await createOne(signer)).toHaveProperty('waybill')
    expect(left).toBe(0)
  })
})

describe('a quota store', () => {
  it('that never responds is named to onError', async () => {
    const quota = { files: 1, every: 'day' } as const
    const quotas = { ...memoryQuotas(), take: never }
    const { signer, told } = signerWith({ quota, authorize: () => ({ owner: 'me' }) }, { quotas })
    const { body } = await post(signer, '', { files: [FILE] })
    expect(JSON.parse(body).uploads).toMatchObject([{ error: { code: 'SIGNER_UNAVAILABLE' } }])
    expect(told).toMatchObject([{ message: 'quotas.take did not return within 15000 ms' }])
  })
})

describe('key', () => {
  it('that throws rejects only its own file, temporarily', async () => {
    const { signer, told } = signerWith({ key: ({ name }) => (name === 'a' ? throws() : name) })
    const { body } = await post(signer, '', { files: [{ ...FILE, name: 'a' }, FILE] })
    expect(JSON.parse(body).uploads).toMatchObject([
      { error: { code: 'SIGNER_UNAVAILABLE' } },
      { key: 'holiday.mp4' },
    ])
    expect(told).toEqual([OUTAGE])
  })
})

describe('a query builder that is returned without await', () => {
  it('runs its query once, as with await', async () => {
    let queries = 0
    const query = {
      // biome-ignore lint/suspicious/noThenProperty: what Knex returns has one
      then: (...settle: Parameters<Promise<string>['then']>) => {
        queries += 1
        return Promise.resolve('videos/1').then(...settle)
      },
    }
    const { signer } = signerWith({ key: () => query as Promise<string> })
    expect(await createOne(signer)).toMatchObject({ key: 'videos/1' })
    expect(queries).toBe(1)
  })

  it('may fail at once, and leaves no timer', async () => {
    let left = 0
    const later = () => {
      left += 1
      return () => {
        left -= 1
      }
    }
    // biome-ignore lint/suspicious/noThenProperty: so does Mongoose for a query that ran before
    const query = { then: throws }
    const rule = { ...VIDEO_RULE, key: () => query as unknown as Promise<string> }
    const signer = signerFor({ video: rule }, { effects: { later } })
    expect(await createOne(signer)).toMatchObject({ error: { code: 'SIGNER_UNAVAILABLE' } })
    expect(left).toBe(0)
  })
})

describe('a signer', () => {
  it.each([
    ['a secret that never comes', { secret: never }, 'secret did not return within 15000 ms'],
    ['credentials that never come', { credentials: never }, 'credentials did not return within'],
    ['credentials that fail', { credentials: throws }, OUTAGE.message],
  ])('with %s answers 503', async (_, options, reason) => {
    const { signer, told } = signerWith({}, options)
    const response = await post(signer, '', { files: [FILE] })
    expect(response.body).toContain('SIGNER_UNAVAILABLE')
    expect(String(told[0])).toContain(reason)
  })
})
