import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { interleave } from '../../bench/harness/interleave.ts'
import { table, withSection } from '../../bench/harness/results.ts'
import { ratioOf, spreadOf } from '../../bench/harness/spread.ts'

describe('spreadOf', () => {
  it('returns the median and quartiles, in any order', () => {
    expect(spreadOf([5, 1, 3, 2, 4])).toEqual({ median: 3, low: 2, high: 4 })
    expect(spreadOf([4, 1, 2, 3])).toEqual({ median: 2.5, low: 1.75, high: 3.25 })
    expect(spreadOf([7])).toEqual({ median: 7, low: 7, high: 7 })
  })

  it('stays within the measured values', () => {
    const values = fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { minLength: 1 })
    fc.assert(
      fc.property(values, (values) => {
        const { low, median, high } = spreadOf(values)
        const bounds = [Math.min(...values), low, median, high, Math.max(...values)]
        expect([...bounds].sort((a, b) => a - b)).toEqual(bounds)
      }),
    )
  })
})

describe('ratioOf', () => {
  it('compares round by round', () => {
    expect(ratioOf([2, 40, 6], [1, 10, 2]).median).toBe(3)
  })

  it('leaves out rounds in which only one took part', () => {
    expect(ratioOf([2, 40, 6], [1]).high).toBe(2)
    expect(ratioOf([2], [1, 10]).high).toBe(2)
  })
})

describe('interleave', () => {
  it('measures everybody once per round, in changing order, and drops the warm-up', async () => {
    const [a, b] = [{ name: 'a' }, { name: 'b' }]
    const order: string[] = []
    const scores = await interleave([a, b], 2, async ({ name }) => order.push(name))
    expect(order.join('')).toBe('abbaab')
    expect([...scores]).toEqual([
      [a, [4, 5]],
      [b, [3, 6]],
    ])
  })
})

describe('interleave with a slow contestant', () => {
  it('measures it only in the rounds it wants, and the others in all', async () => {
    const [a, slow] = [{ name: 'a' }, { name: 'slow', rounds: 1 }]
    const scores = await interleave([a, slow], 2, async () => 1, 0)
    expect([scores.get(a), scores.get(slow)]).toEqual([[1, 1], [1]])
  })
})

describe('interleave without a warm-up', () => {
  it('counts the first round', async () => {
    const a = { name: 'a' }
    const scores = await interleave([a], 2, async () => 1, 0)
    expect(scores.get(a)).toEqual([1, 1])
  })
})

describe('withSection', () => {
  it('adds a section, replaces it in place and keeps the others', () => {
    const first = withSection('', 'upload', '## upload\n\nold\n')
    const both = withSection(first, 'signing', '## signing\n\nfast\n')
    const again = withSection(both, 'upload', '## upload\n\nnew\n')
    expect(again).toMatch(/^# Benchmarks\n[\s\S]+\n\n## signing\n\nfast\n\n## upload\n\nnew\n$/)
    expect(withSection(again, 'upload', '## upload\n\nnew\n')).toBe(again)
  })
})

describe('table', () => {
  it('uses the first row as the header', () => {
    expect(
      table([
        ['a', 'b'],
        ['1', '2'],
      ]),
    ).toBe('| a | b |\n| --- | --- |\n| 1 | 2 |')
  })
})
