import { describe, expect, it } from 'vitest'
import { planParts } from 'waybill-s3'
import type { SharedCalls } from '../../../../src/client/signer-calls/shared-calls.ts'
import { listParts, StoredParts } from '../../../../src/client/upload/stored-parts.ts'

const PART = 5 * 1024 ** 2
const SIZE = 2 * PART + 9
const PLAN = planParts(SIZE, PART)
const CRCS = ['AAAAAAAAAAE=', 'AAAAAAAAAAI=', 'AAAAAAAAAAM=']
const part = (partNumber: number, size: number, crc64nvme?: string) => ({
  ...{ partNumber, size, etag: `"${partNumber}"` },
  ...(crc64nvme ? { crc64nvme } : {}),
})

describe('StoredParts', () => {
  it("counts each stored part's bytes once", () => {
    const parts = new StoredParts(PLAN)
    expect([parts.storedSize, parts.isComplete]).toEqual([0, false])
    parts.store(3, CRCS[2] ?? '')
    parts.store(3, CRCS[2] ?? '')
    expect(parts.storedSize).toBe(9)
    parts.store(1, CRCS[0] ?? '')
    expect(parts.partNumbers('stored')).toEqual([1, 3])
    expect(parts.partNumbers('missing')).toEqual([2])
    parts.store(2, CRCS[1] ?? '')
    expect([parts.storedSize, parts.isComplete]).toEqual([SIZE, true])
    expect(parts.crcs).toEqual(CRCS)
  })

  it('subtracts parts that S3 lacks after all, once', () => {
    const parts = new StoredParts(PLAN, CRCS)
    parts.drop(2)
    parts.drop(2)
    expect(parts.storedSize).toBe(PART + 9)
    expect(parts.crcOf(2)).toBeUndefined()
    expect(parts.partNumbers('missing')).toEqual([2])
  })

  it("starts from a record's parts, as far as they exist", () => {
    const parts = new StoredParts(PLAN, ['', CRCS[1] ?? '', '', CRCS[2] ?? ''])
    expect(parts.partNumbers('stored')).toEqual([2])
    expect(parts.storedSize).toBe(PART)
    expect(parts.crcs).toHaveLength(3)
  })

  it('keeps listed parts of the same size, and of the same CRC if S3 reports one', () => {
    const parts = new StoredParts(PLAN, CRCS)
    parts.reconcile([part(1, PART), part(2, PART, CRCS[1]), part(3, 9, CRCS[2])])
    expect(parts.isComplete).toBe(true)
    parts.reconcile([part(1, PART - 1), part(2, PART, CRCS[0]), part(3, 9)])
    expect(parts.partNumbers('stored')).toEqual([3])
    parts.reconcile([])
    expect(parts.storedSize).toBe(0)
  })

  it('accepts no listed parts that it has not sent itself', () => {
    const parts = new StoredParts(PLAN, ['', '', CRCS[2] ?? ''])
    parts.reconcile([part(1, PART), part(2, PART), part(3, 9)])
    expect(parts.partNumbers('stored')).toEqual([3])
  })
})

describe('listParts', () => {
  const ask = (answer: unknown) => {
    // One method is called.
    const calls = { ask: async () => answer } as unknown as SharedCalls
    const { signal } = new AbortController()
    return listParts(calls, { waybill: 'w', uploadId: 'u' }, { signal })
  }

  it('returns the parts that the signer lists', async () => {
    expect(await ask({ parts: [part(1, PART)] })).toEqual([part(1, PART)])
    expect(await ask({ parts: [] })).toEqual([])
  })

  it.each([
    ['nothing', undefined],
    ['no list', { parts: {} }],
    ['an invalid part', { parts: [null] }],
    ['no number', { parts: [{ ...part(1, 5), partNumber: '1' }] }],
    ['no size', { parts: [part(1, 5), { ...part(2, 5), size: 0.5 }] }],
    ['no ETag', { parts: [{ partNumber: 1, size: 5 }] }],
  ])('rejects a response with %s', async (_, answer) => {
    await expect(ask(answer)).rejects.toMatchObject({
      code: 'RESPONSE_INVALID',
      message: "the signer's response is missing parts",
    })
  })
})
