import { settle } from '@waybill/test-support/eventually'
import { describe, expect, it } from 'vitest'
import type { Engine } from '../../../../src/client/upload/engine.ts'
import {
  PartSignatures,
  type PartsReference,
} from '../../../../src/client/upload/part-signatures.ts'

const OPTIONS = { signal: new AbortController().signal }

describe('PartSignatures', () => {
  const DUE_AT = 1000

  interface Given {
    readonly partCount?: number
    readonly now?: () => number
    readonly isSecond?: boolean
    /** What the signer answers besides, or the failure of one call after the other. */
    readonly answers?: readonly (object | Error)[]
    /** Without the window that came with the grant. */
    readonly isBare?: boolean
  }

  /** Windows of which the first came with the grant. */
  function windowsWith(given: Given = {}) {
    const { partCount = 300, now = () => 0, isSecond, answers = [], isBare } = given
    const asked: object[] = []
    const windowOf = (from: number, count = 100) => ({
      ...{ from, count, headers: { 'x-of': `${from}` }, expiration: '2100-01-01T00:00:00Z' },
      url: 'https://s3.example/k?partNumber={partNumber}&X-Amz-Signature={signature}',
      signatures: Buffer.alloc(count * 32).toString('base64url'),
    })
    const ask = async (path: string, request: { from: number }) => {
      const answer = answers[asked.length]
      asked.push({ path, ...request })
      if (answer instanceof Error) throw answer
      return { ...windowOf(request.from), ...answer }
    }
    const engine = { effects: { now: () => new Date(now()) }, calls: { ask } } as unknown as Engine
    const reference = { waybill: 'w', uploadId: 'u', ...(isSecond ? { secondHost: true } : {}) }
    const first = isBare ? undefined : { message: windowOf(1), renewAt: DUE_AT }
    const windows = new PartSignatures(engine, reference as PartsReference, partCount, first)
    const signed = (partNumber: number) => windows.signed(partNumber, OPTIONS)
    const askedFrom = () => asked.map((request) => (request as { from: number }).from)
    return { asked, askedFrom, signed }
  }

  it('requests the next window twenty parts before it is needed, once', async () => {
    const { asked, signed } = windowsWith()
    expect(await signed(80)).toMatchObject({ headers: { 'x-of': '1' } })
    expect(asked).toEqual([])
    await signed(81)
    expect(asked).toHaveLength(1)
    await signed(82)
    const reference = { waybill: 'w', uploadId: 'u' }
    expect(asked).toEqual([{ path: '/parts', ...reference, from: 101, count: 100 }])
    await signed(101)
    await signed(90)
    expect(asked).toHaveLength(1)
  })

  it.each([
    [100, []],
    [101, [101]],
  ])('requests no window after the last of %d parts', async (partCount, expected) => {
    const { askedFrom, signed } = windowsWith({ partCount })
    await signed(100)
    expect(askedFrom()).toEqual(expected)
  })

  it('shares a call among parts of one window that are requested at the same time', async () => {
    const { askedFrom, signed } = windowsWith({ isBare: true })
    const numbers = [101, 150, 200, 201, 1, 80]
    const parts = await Promise.all(numbers.map(signed))
    expect(askedFrom()).toEqual([101, 201, 1])
    for (const [index, { url }] of parts.entries()) {
      expect(url).toContain(`partNumber=${numbers[index]}&`)
    }
  })

  it('requests again if the next window was rejected', async () => {
    const { askedFrom, signed } = windowsWith({ answers: [new Error('no')] })
    await signed(90)
    await settle()
    expect(await signed(101)).toMatchObject({ headers: { 'x-of': '101' } })
    expect(askedFrom()).toEqual([101, 101])
  })

  it('uses a window until a fresh one is due', async () => {
    let at = DUE_AT - 1
    const { askedFrom, signed } = windowsWith({ now: () => at })
    await signed(5)
    expect(askedFrom()).toEqual([])
    at = DUE_AT
    expect(await signed(5)).toMatchObject({ headers: { 'x-of': '5' } })
    expect(askedFrom()).toEqual([5])
  })

  it('does not reuse a window whose signature did not work', async () => {
    const { askedFrom, signed } = windowsWith()
    const { forget } = await signed(5)
    forget()
    await signed(5)
    expect(askedFrom()).toEqual([5])
  })

  it.each([
    ['begins after it', { from: 102 }, '102 to 201'],
    ['ends before it', { from: 1 }, '1 to 100'],
  ])('rejects a window that %s', async (_, answer, range) => {
    const { signed } = windowsWith({ answers: [answer] })
    await expect(signed(101)).rejects.toMatchObject({
      code: 'RESPONSE_INVALID',
      message: `the signer signed parts ${range}, expected part 101 among them`,
    })
  })

  it('requests windows for the second host, and accepts no others', async () => {
    const second = windowsWith({ isSecond: true, isBare: true, answers: [{ secondHost: true }] })
    await second.signed(1)
    expect(second.asked).toMatchObject([{ secondHost: true }])
    const refused = { code: 'RESPONSE_INVALID', message: expect.stringContaining('second host') }
    const ignored = windowsWith({ isSecond: true, isBare: true })
    await expect(ignored.signed(1)).rejects.toMatchObject(refused)
    const unasked = windowsWith({ isBare: true, answers: [{ secondHost: true }] })
    await expect(unasked.signed(1)).rejects.toMatchObject(refused)
  })
})
