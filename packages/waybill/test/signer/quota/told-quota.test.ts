import { FILE } from '@waybill/test-support/signing'
import { describe, expect, it } from 'vitest'
import type { SignerEvent } from 'waybill'
import { memoryQuotas, type Signer } from 'waybill/signer'
import { counting, create, EXCEEDED, MIB, MINE, RULES, times } from './counting.ts'

describe('the quota in the rules', () => {
  const rulesOf = async (signer: Pick<Signer, 'handle'>) => {
    const { body, headers } = await signer.handle({
      method: 'GET',
      path: '/rules',
      query: {},
      headers: {},
    })
    return { quota: JSON.parse(body).rules.video.quota, headers }
  }

  it('includes what is left for the caller, which no browser caches', async () => {
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

  it('keeps browsers from caching the rules if one of them has a quota', async () => {
    const { headers } = await rulesOf(counting({ ...RULES, photo: MINE }))
    expect(headers['cache-control']).toBe('no-store')
  })

  it.each([
    [{ files: 9 }, { files: 9 }],
    [{ size: '200 MiB' }, { size: 200 * MIB }],
  ])('mentions only what is limited: %j', async (limit, limits) => {
    const video = { ...MINE, quota: { ...limit, every: 'hour' } as const }
    const { quota } = await rulesOf(counting({ video }))
    const remaining = { ...limits, until: '2026-03-01T13:00:00.000Z' }
    expect(quota).toEqual({ ...limits, every: 'hour', remaining })
  })

  it('is returned without what is left if the store fails', async () => {
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

  it('is missing if there is none', async () => {
    const { quota, headers } = await rulesOf(counting({ video: MINE }))
    expect(quota).toBeUndefined()
    expect(headers['cache-control']).toBe('private, max-age=300')
  })

  it('causes an event for each rejected file', async () => {
    const events: SignerEvent[] = []
    const signer = counting(RULES, { onEvent: (event) => void events.push(event) })
    await create(signer, times(5, FILE))
    const refusals = events.filter(({ type }) => type === 'refusal')
    expect(events).toHaveLength(5)
    expect(refusals).toHaveLength(2)
    expect(refusals[1]).toMatchObject({ code: EXCEEDED, status: 429, rule: 'video', owner: 'anna' })
  })
})
