import { settle } from '@waybill/test-support/eventually'
import { describe, expect, it } from 'vitest'
import { ConnectionBudget, type GiveBack } from '../../../src/client/send/connection-budget.ts'

const { signal } = new AbortController()

/** A budget under a clock of the test, and who has a connection of it once these have asked. */
async function budgetFor(names: Iterable<string>, max = 6) {
  const made = budgetOf(max)
  for (const name of names) made.ask(name)
  await settle()
  return made
}

function budgetOf(max = 6) {
  let at = 0
  const budget = new ConnectionBudget(max, () => at)
  const served: string[] = []
  const held = new Map<string, GiveBack>()
  const ask = (name: string, requester = budget.requester(1)) => {
    void budget.acquire(requester, signal).then((giveBack) => {
      served.push(name)
      held.set(name, giveBack)
    })
  }
  return {
    ...{ budget, served, ask },
    pass: (ms: number) => {
      at += ms
    },
    end: (name: string, outcome: Parameters<GiveBack>[0]) => held.get(name)?.(outcome),
  }
}

describe('ConnectionBudget', () => {
  it.each([
    [6, 3],
    [2, 2],
    [1, 1],
  ])('with a maximum of %d begins with %d', async (max, first) => {
    const { served, budget } = await budgetFor('012345', max)
    expect(served).toHaveLength(first)
    expect([budget.limit, budget.max]).toEqual([first, max])
  })

  it('grows by one with each success while others wait, up to its maximum', async () => {
    const { end, budget } = await budgetFor('012345678', 4)
    end('0', 'succeeded')
    expect(budget.limit).toBe(4)
    end('1', 'succeeded')
    expect(budget.limit).toBe(4)
  })

  it('does not grow if nobody waits', async () => {
    const { end, budget } = await budgetFor('a')
    end('a', 'succeeded')
    expect(budget.limit).toBe(3)
  })

  it('shrinks by one on a failure, by half when told to, and never below one', async () => {
    const { end, budget } = await budgetFor('abc')
    end('a', 'failed')
    expect(budget.limit).toBe(2)
    end('b', 'slow-down')
    expect(budget.limit).toBe(1)
    end('c', 'slow-down')
    expect(budget.limit).toBe(1)
  })

  it('stays the same if a connection was not used', async () => {
    const { end, budget, served } = await budgetFor('ab', 1)
    end('a', 'unused')
    await settle()
    expect(budget.limit).toBe(1)
    expect(served).toEqual(['a', 'b'])
  })

  it('grows by one when bytes keep moving for a while and others wait', async () => {
    const { budget, pass, served } = await budgetFor('abcde')
    pass(299)
    budget.moved(1)
    expect(budget.limit).toBe(3)
    pass(1)
    budget.moved(1)
    budget.moved(1)
    await settle()
    expect(budget.limit).toBe(4)
    expect(served).toEqual(['a', 'b', 'c', 'd'])
  })

  it('does not grow from moving bytes if nobody waits, nor beyond its maximum', async () => {
    const free = await budgetFor('a')
    free.pass(1000)
    free.budget.moved(1)
    expect(free.budget.limit).toBe(3)
    const full = await budgetFor('abcd', 3)
    full.pass(1000)
    full.budget.moved(1)
    expect(full.budget.limit).toBe(3)
  })

  it('waits ten seconds after a failure before moving bytes let it grow', async () => {
    const { end, budget, pass } = await budgetFor('abcd')
    end('a', 'failed')
    pass(9_999)
    budget.moved(1)
    expect(budget.limit).toBe(2)
    pass(1)
    budget.moved(1)
    expect(budget.limit).toBe(3)
  })

  it('waits anew when an idle connection is used again', async () => {
    const { ask, end, budget, pass, served } = await budgetFor('a', 2)
    end('a', 'failed')
    pass(60_000)
    ask('b')
    ask('c')
    await settle()
    expect(served).toEqual(['a', 'b'])
    budget.moved(1)
    expect(budget.limit).toBe(1)
  })

  it('serves the smallest upload first (the older of two), and every fourth time the oldest', async () => {
    const { ask, end, served, budget } = budgetOf(1)
    const large = budget.requester(1000)
    const small = budget.requester(10)
    const later = budget.requester(10)
    ask('first')
    await settle()
    for (let index = 0; index < 3; index += 1) ask('large', large)
    for (let index = 0; index < 2; index += 1) {
      ask('later', later)
      ask('small', small)
    }
    for (let index = 0; index < 7; index += 1) {
      await settle()
      end(served.at(-1) ?? '', 'unused')
    }
    await settle()
    expect(served).toEqual(['first', 'small', 'small', 'large', 'later', 'later', 'large', 'large'])
  })

  it("serves the smallest upload first in any order of arrival, and each upload's requests in order", async () => {
    const { ask, end, served, budget } = budgetOf(1)
    const small = budget.requester(10)
    const large = budget.requester(1000)
    for (const name of ['a', 'b']) ask(name, small)
    for (const name of ['c', 'd']) ask(name, large)
    for (const name of ['a', 'b', 'c']) {
      await settle()
      end(name, 'unused')
    }
    await settle()
    expect(served).toEqual(['a', 'b', 'c', 'd'])
  })

  it('counts the turns that were taken, not those that nobody wanted', async () => {
    const { ask, end, served, budget } = budgetOf(1)
    const large = budget.requester(1000)
    const small = budget.requester(10)
    for (const name of ['first', 'second']) {
      if (name === 'second') end('first', 'unused')
      ask(name)
      await settle()
    }
    ask('large', large)
    ask('small', small)
    end('second', 'unused')
    await settle()
    expect(served).toEqual(['first', 'second', 'small'])
  })

  it('does not start waiting anew with each request', async () => {
    const { ask, budget, pass } = await budgetFor('a')
    pass(299)
    for (const name of ['b', 'c', 'd']) ask(name)
    await settle()
    pass(1)
    budget.moved(1)
    expect(budget.limit).toBe(4)
  })

  it('is full when the maximum is in use', async () => {
    const { ask, end, budget } = budgetOf(2)
    const full = [budget.isFull]
    for (const name of ['a', 'b']) {
      ask(name)
      await settle()
      full.push(budget.isFull)
    }
    end('a', 'unused')
    expect([...full, budget.isFull]).toEqual([false, false, true, false])
  })

  it('forgets waiters that give up', async () => {
    const { ask, end, served, budget } = budgetOf(1)
    ask('a')
    const impatient = new AbortController()
    const waiting = budget.acquire(budget.requester(1), impatient.signal)
    ask('c')
    await settle()
    impatient.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    end('a', 'unused')
    await settle()
    expect(served).toEqual(['a', 'c'])
  })
})
