import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planParts, presignParts, presignPost, presignUrl } from 'waybill-s3'
import { hasUnknownExpiration, lifeOf } from '../../src/sigv4/presigned-expiration.ts'
import { date, expiresInSeconds } from '../presigned/arbitraries.ts'

const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }
const object = { bucket: 'examplebucket', region: 'eu-west-1', key: 'a.bin' }

/**
 * Credentials with between a second and nine hours left, and something to be signed with them for
 * up to a week.
 */
const signing = fc.record({
  now: date,
  leftMs: fc.integer({ min: 1000, max: 9 * 3_600_000 }),
  expiresInSeconds,
})

describe('lifeOf', () => {
  it("returns the shorter of the requested and the credentials' lifetime, in whole seconds", () => {
    const now = new Date('2026-01-31T12:00:00.900Z')
    const expiration = new Date('2026-01-31T12:10:00.100Z')
    const life = (seconds: number, of = {}) => lifeOf(now, seconds, { ...keys, ...of })
    expect(life(300, { expiration })).toEqual({
      seconds: 300,
      expiration: new Date('2026-01-31T12:05:00Z'),
    })
    expect(life(900, { expiration })).toEqual({
      seconds: 600,
      expiration: new Date('2026-01-31T12:10:00Z'),
    })
    expect(life(900)).toEqual({ seconds: 900, expiration: new Date('2026-01-31T12:15:00Z') })
  })
})

describe('hasUnknownExpiration', () => {
  it('is true only for a session token without an expiration', () => {
    const role = { ...keys, sessionToken: 'token' }
    expect(hasUnknownExpiration(role)).toBe(true)
    expect(hasUnknownExpiration({ ...role, expiration: new Date(0) })).toBe(false)
    expect(hasUnknownExpiration(keys)).toBe(false)
  })
})

describe('a session token with an unknown expiration', () => {
  const now = new Date('2026-01-31T12:00:00.900Z')
  const role = { ...keys, sessionToken: 'token' }
  const hour = new Date('2026-01-31T13:00:00Z')

  it('signs nothing for longer than an hour', async () => {
    const options = { ...object, expiresInSeconds: 43_200, now: () => now }
    const plan = planParts(1, 5 * 1024 ** 2)
    // The same second with access keys first: what is kept of one must not serve the other.
    const lasting = await presignPost({ ...options, credentials: keys })
    expect(lasting.expiration).toEqual(new Date('2026-02-01T00:00:00Z'))
    const credentials = role
    const signed = await Promise.all([
      presignPost({ ...options, credentials }),
      presignUrl({ ...options, credentials, method: 'PUT' }),
      presignParts({ ...options, credentials, uploadId: 'u', plan, from: 1, count: 1 }),
    ])
    expect(signed.map(({ expiration }) => expiration)).toEqual([hour, hour, hour])
  })

  it('keeps a shorter lifetime, or a known expiration', () => {
    expect(lifeOf(now, 900, role).seconds).toBe(900)
    const expiration = new Date('2026-01-31T18:00:00Z')
    expect(lifeOf(now, 18_000, { ...role, expiration }).seconds).toBe(18_000)
  })
})

describe('every presigned request', () => {
  it('expires with its credentials, and reports when', async () => {
    await fc.assert(
      fc.asyncProperty(signing, async ({ now, leftMs, expiresInSeconds }) => {
        const expiration = new Date(now.getTime() + leftMs)
        const credentials = { ...keys, expiration }
        const options = { ...object, credentials, expiresInSeconds, now: () => now }
        const plan = planParts(1, 5 * 1024 ** 2)
        const url = await presignUrl({ ...options, method: 'PUT' })
        const parts = await presignParts({ ...options, uploadId: 'u', plan, from: 1, count: 1 })
        const post = await presignPost(options)
        for (const signed of [url, parts]) expect(endOf(signed.url)).toEqual(signed.expiration)
        for (const signed of [url, parts, post]) {
          expect(signed.expiration).toEqual(url.expiration)
          expect(signed.expiration.getTime()).toBeGreaterThan(now.getTime())
          expect(signed.expiration.getTime()).toBeLessThanOrEqual(expiration.getTime())
          expect(signed.expiration.getTime()).toBeLessThanOrEqual(
            now.getTime() + expiresInSeconds * 1000,
          )
        }
      }),
    )
  })

  it('is rejected if the credentials expire within the second, because a URL lives at least that long', async () => {
    const now = new Date('2026-01-31T12:00:00.100Z')
    const credentials = { ...keys, expiration: new Date('2026-01-31T12:00:00.900Z') }
    await expect(
      presignUrl({ ...object, method: 'GET', credentials, now: () => now }),
    ).rejects.toThrow(new RangeError('credentials expired at 2026-01-31T12:00:00.900Z'))
  })

  it("is rejected if the credentials' expiration is not a date", async () => {
    const credentials = { ...keys, expiration: new Date('soon') }
    const error = new RangeError('credentials.expiration is not a date')
    await expect(presignUrl({ ...object, method: 'GET', credentials })).rejects.toThrow(error)
    await expect(presignPost({ ...object, credentials })).rejects.toThrow(error)
  })
})

/** What S3 will compute: the signed date, a whole second, and the signed seconds after it. */
function endOf(url: string): Date {
  const query = new URL(url.replace('{', '').replace('}', '')).searchParams
  const [, y, m, d, time] = /(....)(..)(..)T(\d{6})Z/.exec(query.get('X-Amz-Date') ?? '') ?? []
  const start = new Date(`${y}-${m}-${d}T${time?.replace(/(..)(..)(..)/, '$1:$2:$3')}Z`)
  return new Date(start.getTime() + Number(query.get('X-Amz-Expires')) * 1000)
}
