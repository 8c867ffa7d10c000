import { FILE } from '@waybill/test-support/signing'
import { describe, expect, it } from 'vitest'
import { memoryQuotas, type QuotaStore } from 'waybill/signer'
import { counting, create, EXCEEDED, RULES, times } from './counting.ts'

describe('a quota store', () => {
  it('that fails or does not confirm prevents any grant', async () => {
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

  it('is not called for each file in a call once there is no room', async () => {
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
})
