/**
 * How many parts there may be at once, look by look: how long each takes, and what follows from
 * what it sees.
 *
 * @module
 */

import { describe, expect, it } from 'vitest'
import { PartLimit } from '../../../../src/client/upload/part-limit.ts'

const MIB = 1024 ** 2
const FEW_MS = 333
const MORE_MS = 1500
const AGAIN_MS = 3000

/** A line of six connections, and as many to a second host name where there is one. */
function lineOf(second: 0 | 6 = 0) {
  let at = 0
  let sent = 0
  const limit = new PartLimit(6, second, () => at, true)
  limit.moved(0)
  /** So many bytes leave in each of the milliseconds, of which the limit hears at their end. */
  const pass = (ms: number, rate: number) => {
    at += ms
    sent += ms * rate
    limit.moved(sent)
    return limit.limit
  }
  const fail = (bytes: number) => {
    sent -= bytes
    limit.moved(sent)
  }
  return { limit, pass, fail }
}

/**
 * A line that carries no more by two than it did before: now all of the first host name are tried.
 */
function lineWithAll(second: 0 | 6 = 0, rate = 1000) {
  const line = lineOf(second)
  for (const _ of [1, 2, 3]) line.pass(FEW_MS, rate)
  expect(line.limit.limit).toBe(6)
  /** The first bytes only fill buffers, and then it is measured. */
  const measure = (measured: number) => {
    line.pass(1, measured)
    line.pass(MORE_MS, measured)
    return line.pass(MORE_MS, measured)
  }
  return { ...line, measure }
}

describe('two parts at once', () => {
  it('remain the limit until more of them would bring no measurable loss', () => {
    const { pass } = lineOf()
    expect(pass(FEW_MS, 1000)).toBe(2)
    expect(pass(FEW_MS, 1000)).toBe(2)
    expect(pass(FEW_MS - 1, 1000)).toBe(2)
    expect(pass(1, 1000)).toBe(6)
  })

  it('are enough as long as the rate keeps growing by a factor of 1.3', () => {
    const { pass } = lineOf()
    pass(FEW_MS, 1000)
    expect(pass(FEW_MS, 1000)).toBe(2)
    expect(pass(FEW_MS, 1300)).toBe(2)
    expect(pass(FEW_MS, 1690)).toBe(2)
    expect(pass(FEW_MS, 2000)).toBe(6)
  })

  it('become six at once if the connection takes 16 MiB before anything is measured', () => {
    const quick = lineOf()
    expect(quick.pass(1, 16 * MIB - 1)).toBe(2)
    expect(quick.pass(1, 1)).toBe(6)
    const measured = lineOf()
    measured.pass(FEW_MS, 1)
    expect(measured.pass(1, 16 * MIB)).toBe(2)
  })

  it('are measured from the start again after a part has failed', () => {
    const { pass, fail } = lineOf()
    pass(FEW_MS, 1000)
    fail(1000)
    for (const _ of [1, 2, 3]) expect(pass(FEW_MS, 1000)).toBe(2)
    expect(pass(FEW_MS, 1000)).toBe(6)
  })
})

describe('all parts for the first host', () => {
  it('are measured for longer, and reduced again if the rate grows by less than 1.3', () => {
    const { pass } = lineWithAll()
    pass(1, 1290)
    expect(pass(MORE_MS, 1290)).toBe(6)
    expect(pass(MORE_MS - 1, 1290)).toBe(6)
    expect(pass(1, 1290)).toBe(2)
  })

  it.each([1300, 1900])('stay if they bring %d instead of 1000, whatever follows', (rate) => {
    const { measure, pass } = lineWithAll()
    expect(measure(rate)).toBe(6)
    for (const _ of [1, 2, 3, 4]) expect(pass(AGAIN_MS, 100)).toBe(6)
  })

  it('stay if the connection is fast from the start', () => {
    const { pass } = lineOf(6)
    pass(1, 16 * MIB)
    for (const _ of [1, 2, 3, 4]) expect(pass(AGAIN_MS, 100)).toBe(6)
  })

  it.each([0, 6] as const)(
    'return permanently once the rate falls below 0.6 of the maximum, together with %d more',
    (second) => {
      const { measure, pass } = lineWithAll(second)
      expect(measure(1000)).toBe(2)
      pass(1, 1000)
      pass(AGAIN_MS, 1000)
      // Still as much as it was, then more, then just enough.
      for (const rate of [1000, 2000, 1200]) expect(pass(AGAIN_MS, rate)).toBe(2)
      expect(pass(AGAIN_MS - 1, 1190)).toBe(2)
      expect(pass(1, 1190)).toBe(6 + second)
      for (const _ of [1, 2, 3, 4]) expect(pass(AGAIN_MS, 100)).toBe(6 + second)
    },
  )

  it('return without the second host if the connection is so fast that no packets are lost', () => {
    const { measure, pass } = lineWithAll(6, 20_000)
    expect(measure(20_000)).toBe(2)
    pass(1, 20_000)
    pass(AGAIN_MS, 20_000)
    expect(pass(AGAIN_MS, 8000)).toBe(6)
  })
})

describe('the parts for the second host', () => {
  it("are added permanently if all of the first host's bring 1.8 times as much", () => {
    const { measure, pass } = lineWithAll(6)
    expect(measure(1800)).toBe(12)
    for (const _ of [1, 2, 3, 4]) expect(pass(AGAIN_MS, 100)).toBe(12)
  })

  it.each([
    [1000, 1790],
    [1000, 1300],
    [4000, 8000],
  ])("are not added if two bring %d and all of the first host's %d", (few, all) => {
    const { measure } = lineWithAll(6, few)
    expect(measure(all)).toBe(6)
  })
})

describe('one part at a time', () => {
  const PART = 8_000_000
  function lineOfLong() {
    let at = 0
    let sent = 0
    let recalled = 0
    const recall = () => {
      recalled += 1
    }
    const limit = new PartLimit(6, 0, () => at, true, { partSize: PART, recall })
    limit.moved(0)
    const pass = (ms: number, rate: number) => {
      at += ms
      sent += ms * rate
      limit.moved(sent)
      return limit.limit
    }
    return { pass, times: () => recalled }
  }
  /** Two that bring so much, as long as it takes to see it. */
  const lineWithTwo = (rate: number) => {
    const line = lineOfLong()
    for (const _ of [1, 2, 3]) line.pass(FEW_MS, rate)
    return line
  }
  /** The first bytes are not measured. */
  const one = ({ pass }: ReturnType<typeof lineOfLong>, rate: number) => {
    pass(1, rate)
    pass(750, rate)
    return pass(750, rate)
  }

  it('is tried if a part takes four seconds, and the others are recalled', () => {
    const slow = lineWithTwo(2000)
    expect([slow.pass(1, 2000), slow.times()]).toEqual([1, 1])
    const quick = lineWithTwo(2001)
    expect([quick.pass(1, 2001), quick.times()]).toEqual([6, 0])
  })

  it('stays if it is nearly as fast as two', () => {
    const line = lineWithTwo(1000)
    expect(one(line, 800)).toBe(1)
    for (const _ of [1, 2, 3, 4]) expect(line.pass(AGAIN_MS, 800)).toBe(1)
    expect(line.times()).toBe(1)
  })

  it('gives way to all if two were 1.3 times as fast', () => {
    const line = lineWithTwo(1000)
    expect(one(line, 760)).toBe(6)
  })

  it.each([
    ['slower', 400],
    ['faster', 3000],
  ])('is reconsidered if the connection becomes %s', (_, rate) => {
    const line = lineWithTwo(1000)
    one(line, 1000)
    line.pass(1, 1000)
    line.pass(AGAIN_MS, 1000)
    expect(line.pass(AGAIN_MS, rate)).toBe(2)
  })
})

describe('PartLimit', () => {
  it('allows all for the first host at once if progress is not visible', () => {
    const limit = new PartLimit(6, 6, () => 0, false)
    expect(limit.limit).toBe(6)
    limit.moved(16 * MIB)
    expect(limit.limit).toBe(6)
  })

  it('notifies waiters when the limit is raised', async () => {
    const { limit, pass } = lineOf()
    let raised = 0
    void limit.raised.then(() => {
      raised += 1
    })
    await Promise.resolve()
    expect(raised).toBe(0)
    pass(1, 16 * MIB)
    await Promise.resolve()
    expect(raised).toBe(1)
  })
})
