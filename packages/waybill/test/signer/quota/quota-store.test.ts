/**
 * What every store of quotas promises: the memory of a process, and DynamoDB as others have written
 * it.
 *
 * @module
 */

import { dynamoStore, startDynamo } from '@waybill/test-support/quota-tables'
import { describe, expect, it } from 'vitest'
import { dynamoQuotas, memoryQuotas, type QuotaStore, type QuotaWindow } from 'waybill/signer'

const HOUR_MS = 3_600_000
const START = Date.parse('2026-11-26T10:00:00Z')
const ALL = Number.MAX_SAFE_INTEGER

function windowOf(id: string, limits: Partial<QuotaWindow['limits']> = {}, hour = 0): QuotaWindow {
  return {
    id,
    limits: { files: 3, size: 1000, ...limits },
    startsAt: new Date(START + hour * HOUR_MS),
    endsAt: new Date(START + (hour + 1) * HOUR_MS),
  }
}

const WINDOW = windowOf('one owner')

const STORES = [
  ['memoryQuotas', async () => memoryQuotas()],
  ['dynamoQuotas', dynamoStore],
] as const

describe.each(STORES)('%s', (_name, open) => {
  it('counts until a window is full, and returns what is left', async () => {
    const store = await open()
    const window = windowOf('a')
    expect(await store.remaining(window)).toEqual({ files: 3, size: 1000 })
    const taken = [
      await store.take(window, { files: 1, size: 300 }),
      await store.take(window, { files: 1, size: 700 }),
      await store.take(window, { files: 1, size: 1 }),
      await store.take(window, { files: 1, size: 0 }),
      await store.take(window, { files: 1, size: 0 }),
    ]
    expect(taken).toEqual([
      { isTaken: true, remaining: { files: 2, size: 700 } },
      { isTaken: true, remaining: { files: 1, size: 0 } },
      { isTaken: false, remaining: { files: 1, size: 0 } },
      { isTaken: true, remaining: { files: 0, size: 0 } },
      { isTaken: false, remaining: { files: 0, size: 0 } },
    ])
    expect(await store.remaining(window)).toEqual({ files: 0, size: 0 })
  })

  it('rejects at once anything larger than a whole window', async () => {
    const store = await open()
    const window = windowOf('a')
    expect(await store.take(window, { files: 1, size: 1001 })).toEqual({
      isTaken: false,
      remaining: { files: 3, size: 1000 },
    })
    expect((await store.take(window, { files: 1, size: 1000 })).isTaken).toBe(true)
  })

  it('keeps windows separate', async () => {
    const store = await open()
    const one = { files: 3, size: 0 }
    expect((await store.take(windowOf('a'), one)).isTaken).toBe(true)
    expect((await store.take(windowOf('b'), one)).isTaken).toBe(true)
    expect((await store.take(windowOf('a'), one)).isTaken).toBe(false)
  })

  it('gives back what was taken, and never more than there is', async () => {
    const store = await open()
    const window = windowOf('a')
    await store.take(window, { files: 2, size: 900 })
    await store.giveBack(window, { files: 1, size: 400 })
    expect(await store.remaining(window)).toEqual({ files: 2, size: 500 })
    await store.giveBack(windowOf('gone'), { files: 1, size: 1 })
    expect(await store.remaining(windowOf('gone'))).toEqual({ files: 3, size: 1000 })
    for (let round = 0; round < 3; round += 1) {
      await store.giveBack(window, { files: 1, size: 500 })
    }
    expect(await store.remaining(window)).toEqual({ files: 3, size: 1000 })
  })

  it('counts unbounded sizes', async () => {
    const store = await open()
    const window = windowOf('a', { size: ALL })
    const size = 5 * 1024 ** 4
    expect(await store.take(window, { files: 1, size })).toEqual({
      isTaken: true,
      remaining: { files: 2, size: ALL - size },
    })
  })

  it('has nothing left if a new limit is below the count', async () => {
    const store = await open()
    await store.take(windowOf('a'), { files: 3, size: 900 })
    const smaller = windowOf('a', { files: 2, size: 500 })
    expect(await store.remaining(smaller)).toEqual({ files: 0, size: 0 })
    expect(await store.take(smaller, { files: 1, size: 0 })).toEqual({
      isTaken: false,
      remaining: { files: 0, size: 0 },
    })
  })

  it('still counts in a window that has ended, for late calls and slow clocks', async () => {
    const store = await open()
    const [window, next] = [windowOf('a'), windowOf('b', {}, 1)]
    const all = { files: 3, size: 0 }
    expect((await store.take(window, all)).isTaken).toBe(true)
    expect((await store.take(next, all)).isTaken).toBe(true)
    expect((await store.take(window, all)).isTaken).toBe(false)
  })

  it('counts exactly as many of five hundred concurrent calls as there is room for', async () => {
    const store = await open()
    const window = windowOf('a', { files: 137, size: ALL })
    const calls = Array.from({ length: 500 }, () => store.take(window, { files: 1, size: 10 }))
    const taken = (await Promise.all(calls)).filter(({ isTaken }) => isTaken)
    expect(taken).toHaveLength(137)
    expect(await store.remaining(window)).toMatchObject({ files: 0 })
  })

  it('never exceeds its limits under concurrent calls that take and give back', async () => {
    const store = await open()
    const window = windowOf('a', { files: 5, size: ALL })
    let held = 0
    let most = 0
    const calls = Array.from({ length: 100 }, async (_, index) => {
      const amount = { files: 1, size: 1 }
      if (!(await store.take(window, amount)).isTaken) return
      held += 1
      most = Math.max(most, held)
      // The count goes down here first, so that it is never below what the store may allow.
      if (index % 2 === 0) {
        held -= 1
        await store.giveBack(window, amount)
      }
    })
    await Promise.all(calls)
    expect(most).toBeLessThanOrEqual(5)
    expect(await store.remaining(window)).toMatchObject({ files: 5 - held })
  })
})

describe('dynamoQuotas', () => {
  const one = { files: 1, size: 1 }

  it.each([
    ['once', async () => {}, 2],
    ['twice, after another call of the owner', (other: QuotaStore) => other.take(WINDOW, one), 0],
  ] as const)('counts a call whose response is lost %s', async (_how, between, files) => {
    const place = await startDynamo()
    let sent = 0
    const store = dynamoQuotas({
      ...place,
      send: async (request) => {
        const answer = await place.send(request)
        sent += 1
        if (sent > 1) return answer
        await between(dynamoQuotas(place))
        throw new Error('the answer is lost')
      },
    })
    expect(await store.take(WINDOW, one)).toMatchObject({ isTaken: true, remaining: { files } })
    expect(await store.remaining(WINDOW)).toMatchObject({ files })
  })
})

describe('memoryQuotas', () => {
  it('does not grant a window twice if the clock was ahead for a while', async () => {
    const store = memoryQuotas()
    const all = { files: 3, size: 1000 }
    expect((await store.take(WINDOW, all)).isTaken).toBe(true)
    const aYear = 365 * 24
    expect((await store.take(windowOf('later', {}, aYear), all)).isTaken).toBe(true)
    expect((await store.take(WINDOW, { files: 1, size: 0 })).isTaken).toBe(false)
    expect(await store.remaining(WINDOW)).toEqual({ files: 0, size: 0 })
  })

  it('forgets windows that ended an hour ago', async () => {
    let nowMs = 0
    const store = memoryQuotas({ monotonicMs: () => nowMs })
    const all = { files: 3, size: 1000 }
    await store.take(windowOf('a'), all)
    nowMs = 2 * HOUR_MS
    await store.take(windowOf('b', {}, 2), all)
    await store.take(windowOf('c', {}, 2), all)
    expect(await store.remaining(windowOf('a'))).toEqual(all)
    expect(await store.remaining(windowOf('b', {}, 2))).toEqual({ files: 0, size: 0 })
    // What was forgotten is not given back either.
    await store.giveBack(windowOf('a'), all)
    expect(await store.remaining(windowOf('a'))).toEqual(all)
  })

  it('keeps late counts as long as any other', async () => {
    let nowMs = 0
    const store = memoryQuotas({ monotonicMs: () => nowMs })
    const some = { files: 1, size: 0 }
    await store.take(windowOf('b', {}, 2), some)
    await store.take(windowOf('a'), some)
    await store.take(windowOf('b', {}, 2), some)
    expect(await store.remaining(windowOf('a'))).toMatchObject({ files: 2 })
    nowMs = 2 * HOUR_MS
    await store.take(windowOf('c', {}, 3), some)
    expect(await store.remaining(windowOf('a'))).toMatchObject({ files: 3 })
  })

  it('keeps a long window while short ones expire', async () => {
    const store = memoryQuotas()
    const day = { ...windowOf('day'), endsAt: new Date(START + 24 * HOUR_MS) }
    await store.take(day, { files: 3, size: 0 })
    await store.take(windowOf('b', {}, 2), { files: 1, size: 0 })
    expect(await store.remaining(day)).toMatchObject({ files: 0 })
  })
})
