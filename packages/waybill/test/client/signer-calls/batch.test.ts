import { settle } from '@waybill/test-support/eventually'
import { virtualTime } from '@waybill/test-support/virtual-time'
import { describe, expect, it } from 'vitest'
import { Batch, type BatchOptions } from '../../../src/client/signer-calls/batch.ts'

/** A batch whose calls are noted; each answers its items in capitals. */
function batchOf(options: Partial<BatchOptions<string, string>> = {}) {
  const time = virtualTime()
  const calls: (readonly string[])[] = []
  const expected: number[] = []
  const batch = new Batch<string, string>({
    call: async (items) => {
      calls.push(items)
      return items.map((item) => item.toUpperCase())
    },
    ...{ most: [3, 3], maxLength: 1000, wait: time.wait },
    patienceMs: (count) => {
      expected.push(count)
      return 500
    },
    ...options,
  })
  return { batch, calls, expected, time }
}

describe('Batch', () => {
  it('makes one call for all announced requests, each with its own result', async () => {
    const { batch, calls, time } = batchOf()
    const slots = ['a', 'b'].map((item) => ({ item, slot: batch.reserve() }))
    const answers = slots.map(({ item, slot }) => slot.take(item))
    expect(await time.until(Promise.all(answers))).toEqual(['A', 'B'])
    expect(time.monotonicMs()).toBe(0)
    expect(calls).toEqual([['a', 'b']])
  })

  it('waits for announced requests, and reports how many when it begins to wait', async () => {
    const { batch, calls, expected, time } = batchOf()
    const [first, second] = [batch.reserve(), batch.reserve()]
    const answer = first.take('a')
    await settle()
    expect([calls, expected]).toEqual([[], [1]])
    void second.take('b')
    await time.until(answer)
    expect(time.monotonicMs()).toBe(0)
    expect(calls).toEqual([['a', 'b']])
  })

  it('does not wait for those that leave, however often they say so', async () => {
    const { batch, calls } = batchOf()
    const [first, second, third] = [batch.reserve(), batch.reserve(), batch.reserve()]
    void first.take('a')
    second.leave()
    second.leave()
    await settle()
    expect(calls).toEqual([])
    third.leave()
    await settle()
    expect(calls).toEqual([['a']])
  })

  it('waits no longer than its limit', async () => {
    const { batch, calls, time } = batchOf()
    const slot = batch.reserve()
    batch.reserve()
    const answer = slot.take('a')
    await settle()
    expect(calls).toEqual([])
    expect(await time.until(answer)).toBe('A')
    expect(time.monotonicMs()).toBe(500)
  })

  it('makes a call as soon as it is full, and then waits for other announced requests anew', async () => {
    const { batch, calls, time } = batchOf()
    const slots = Array.from({ length: 5 }, () => batch.reserve())
    for (const [index, slot] of slots.slice(0, 3).entries()) void slot.take(`${index}`)
    await settle()
    expect(calls).toEqual([['0', '1', '2']])
    const [, , , fourth, last] = slots
    void fourth?.take('3')
    await settle()
    expect(calls).toHaveLength(1)
    expect(await time.until(last?.take('4') ?? Promise.reject(new Error('no slot')))).toBe('4')
    expect(calls).toEqual([
      ['0', '1', '2'],
      ['3', '4'],
    ])
    expect(time.monotonicMs()).toBe(0)
  })

  it('never exceeds the maximum of its first call or the others, however many arrive in one tick', async () => {
    const { batch, calls, time } = batchOf({ most: [2, 3] })
    const slots = Array.from({ length: 9 }, () => batch.reserve())
    const answers = slots.map((slot, index) => slot.take(`${index}`))
    await time.until(Promise.all(answers))
    expect(time.monotonicMs()).toBe(0)
    expect(calls.map(({ length }) => length)).toEqual([2, 3, 3, 1])
  })

  it('makes a call before it gets too long', async () => {
    // As JSON an item of three letters has five characters.
    const { batch, calls, time } = batchOf({ maxLength: 10, most: [9, 9] })
    const slots = Array.from({ length: 3 }, () => batch.reserve())
    const answers = slots.map((slot, index) => slot.take(`ab${index}`))
    await time.until(Promise.all(answers))
    expect(time.monotonicMs()).toBe(0)
    expect(calls).toEqual([['ab0', 'ab1'], ['ab2']])
  })

  it('rejects all when the call fails', async () => {
    const failing = batchOf({ call: async () => Promise.reject(new Error('away')) })
    const slots = [failing.batch.reserve(), failing.batch.reserve()]
    const taken = Promise.allSettled(slots.map((slot) => slot.take('a')))
    const failures = await failing.time.until(taken)
    expect(failures).toEqual([
      { status: 'rejected', reason: new Error('away') },
      { status: 'rejected', reason: new Error('away') },
    ])
  })
})
