import { createOne, NOW, signerFor, VIDEO_LIMITS } from '@waybill/test-support/signing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CheckedQuota } from 'waybill'
import { memoryQuotas, type QuotaWindow } from 'waybill/signer'
import { windowAt } from '../../../src/signer/quota/count-grants.ts'

describe('windowAt', () => {
  it.each([
    ['hour', '2026-11-26T23:59:59.999Z', '2026-11-26T23:00:00.000Z', '2026-11-27T00:00:00.000Z'],
    ['day', '2026-12-31T23:59:59.999Z', '2026-12-31T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
    ['day', '2026-11-26T00:00:00.000Z', '2026-11-26T00:00:00.000Z', '2026-11-27T00:00:00.000Z'],
    ['day', '2028-02-28T12:00:00.000Z', '2028-02-28T00:00:00.000Z', '2028-02-29T00:00:00.000Z'],
    ['month', '2026-12-31T12:00:00.000Z', '2026-12-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
    ['month', '2026-02-01T00:00:00.000Z', '2026-02-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z'],
  ] as const)('divides time into one %s around %s', (every, now, startsAt, endsAt) => {
    expect(windowAt(new Date(now), every)).toEqual({
      startsAt: new Date(startsAt),
      endsAt: new Date(endsAt),
    })
  })

  it('leaves no gap: each moment is in one window, and the next begins where it ends', () => {
    const every = fc.constantFrom('hour', 'day', 'month')
    const moments = fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
    fc.assert(
      fc.property(moments, every, (now, period) => {
        const { startsAt, endsAt } = windowAt(now, period)
        expect(startsAt <= now && now < endsAt).toBe(true)
        expect(windowAt(endsAt, period).startsAt).toEqual(endsAt)
        expect(windowAt(new Date(endsAt.getTime() - 1), period)).toEqual({ startsAt, endsAt })
      }),
    )
  })
})

interface Asked {
  readonly owner?: string
  readonly rule?: string
  readonly bucket?: string
  readonly prefix?: string
  readonly every?: CheckedQuota['every']
  readonly now?: Date
}

/** @returns The window that the signer counts in. */
async function windowOf(asked: Asked): Promise<QuotaWindow> {
  const { owner, rule = 'video', bucket = 'uploads', prefix = '', every = 'day' } = asked
  const store = memoryQuotas()
  let seen: QuotaWindow | undefined
  const signer = signerFor(
    {
      [rule]: {
        ...VIDEO_LIMITS,
        public: true,
        authorize: () => (owner === undefined ? {} : { owner }),
        quota: { files: 1, every },
      },
    },
    {
      bucket,
      prefix,
      effects: { now: () => asked.now ?? NOW },
      quotas: {
        ...store,
        take: (window, amount) => {
          seen = window
          return store.take(window, amount)
        },
      },
    },
  )
  expect(await createOne(signer)).toHaveProperty('waybill')
  if (!seen) throw new Error('nothing was counted')
  return seen
}

describe("an owner's count", () => {
  it('is the same in every instance, and has no limit if none is set', async () => {
    const window = await windowOf({ owner: 'anna' })
    expect(await windowOf({ owner: 'anna' })).toEqual(window)
    expect(window).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{64}$/),
      limits: { files: 1, size: Number.MAX_SAFE_INTEGER },
      startsAt: new Date('2026-03-01T00:00:00Z'),
      endsAt: new Date('2026-03-02T00:00:00Z'),
    })
  })

  it('is not shared with any other owner, rule, bucket or window', async () => {
    const others: Asked[] = [
      { owner: 'anna' },
      { owner: 'Anna' },
      { owner: 'anna ' },
      { owner: 'anna","day' },
      { owner: 'null' },
      {},
      { owner: '\uD800' },
      { owner: '\uDC00' },
      { owner: '\uFFFD' },
      { owner: 'a\u0301nna' },
      { owner: '\u00e1nna' },
      { owner: 'a'.repeat(700) },
      { owner: `${'a'.repeat(699)}b` },
      { owner: 'anna', rule: 'video2' },
      { owner: 'anna', bucket: 'uploads2' },
      { owner: 'anna', prefix: 'video/' },
      { owner: 'anna', every: 'hour' },
      { owner: 'anna', every: 'month' },
      { owner: 'anna', now: new Date('2026-03-02T00:00:00Z') },
    ]
    const ids = new Set<string>()
    for (const asked of others) ids.add((await windowOf(asked)).id)
    expect(ids.size).toBe(others.length)
  })
})
