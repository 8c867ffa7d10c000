import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom, seedOf } from '../../src/faults/seeded-random.ts'

describe('seededRandom', () => {
  it('produces the same sequence for the same seed', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const [first, second] = [seededRandom(seed), seededRandom(seed)]
        for (let draw = 0; draw < 20; draw += 1) expect(first.next()).toBe(second.next())
      }),
    )
  })

  it('reaches both bounds of an integer range, and never exceeds them', () => {
    const random = seededRandom(7)
    const drawn = new Set(Array.from({ length: 1000 }, () => random.integer(3, 6)))
    expect([...drawn].sort()).toEqual([3, 4, 5, 6])
  })

  it('distributes evenly, even for seeds that are close together', () => {
    const draws = Array.from({ length: 20_000 }, (_, seed) => seededRandom(seed).next())
    for (let tenth = 0; tenth < 10; tenth += 1) {
      const share = draws.filter((draw) => Math.floor(draw * 10) === tenth).length / draws.length
      expect(share).toBeGreaterThan(0.09)
      expect(share).toBeLessThan(0.11)
    }
  })
})

describe('seedOf', () => {
  it('derives different seeds from different texts', () => {
    const texts = Array.from({ length: 1000 }, (_, number) => `part ${number}`)
    expect(new Set(texts.map(seedOf)).size).toBe(1000)
  })
})
