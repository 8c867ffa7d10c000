import { virtualTime } from '@waybill/test-support/virtual-time'
import { describe, expect, it } from 'vitest'
import { inTime } from '../../../src/client/effects.ts'

const never = new Promise<never>(() => {})

describe('inTime', () => {
  it('returns a result, and stops waiting', async () => {
    const waiting: AbortSignal[] = []
    const wait = (_ms: number, signal: AbortSignal) => {
      waiting.push(signal)
      return never
    }
    expect(await inTime(7, 500, wait)).toBe(7)
    await expect(inTime(Promise.reject(new Error('no')), 500, wait)).rejects.toThrow('no')
    expect(waiting.map(({ aborted }) => aborted)).toEqual([true, true])
  })

  it('reports how long there was no result', async () => {
    const time = virtualTime()
    const late = time.until(inTime(never, 500, time.wait))
    await expect(late).rejects.toThrow(new RangeError('no response within 500 ms'))
    expect(time.monotonicMs()).toBe(500)
  })
})
