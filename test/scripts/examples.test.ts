import { describe, expect, it } from 'vitest'
import { readExamples } from '../../scripts/examples/description.ts'
import { drawn } from '../../scripts/examples/drawn.ts'

const NAMES = ['one', 'two', 'three', 'four', 'five']

describe('drawn', () => {
  it('draws the same for the same seed', () => {
    expect(drawn(NAMES, 2, 'a commit')).toEqual(drawn(NAMES, 2, 'a commit'))
    expect(drawn(NAMES, 2, 'a commit')).toHaveLength(2)
  })

  it('draws each of them for some seed', () => {
    const seeds = Array.from({ length: 50 }, (_, index) => `commit ${index}`)
    expect(new Set(seeds.flatMap((seed) => drawn(NAMES, 2, seed)))).toEqual(new Set(NAMES))
  })
})

describe('readExamples', () => {
  it('reads what every example says of itself', () => {
    expect(readExamples()).toContainEqual(
      expect.objectContaining({ name: 'express', contentType: 'image/png' }),
    )
  })
})
