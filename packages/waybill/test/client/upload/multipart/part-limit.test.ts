/**
 * How many parts there may be at once, look by look, where `../part-limit.test.ts`, which sends
 * over lines of a script, does not get to.
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
  it('are measured from the start again after a part has failed', () => {
    const { pass, fail } = lineOf()
    pass(FEW_MS, 1000)
    fail(1000)
    for (const _ of [1, 2, 3]) expect(pass(FEW_MS, 1000)).toBe(2)
    expect(pass(FEW_MS, 1000)).toBe(6)
  })
})

describe('all parts for the first host', () => {
  it('return without the second host if the connection is so fast that no packets are lost', () => {
    const { measure, pass } = lineWithAll(6, 20_000)
    expect(measure(20_000)).toBe(2)
    pass(1, 20_000)
    pass(AGAIN_MS, 20_000)
    expect(pass(AGAIN_MS, 8000)).toBe(6)
  })
})

describe('PartLimit', () => {
  it('allows all for the first host at once if progress is not visible', () => {
    const limit = new PartLimit(6, 6, () => 0, false)
    expect(limit.limit).toBe(6)
    limit.moved(16 * MIB)
    expect(limit.limit).toBe(6)
  })
})
