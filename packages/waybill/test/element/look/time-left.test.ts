import { describe, expect, it } from 'vitest'
import { TimesLeft } from '../../../src/element/view/list/time-left.ts'

/** What is displayed, when these estimates come at these times. All in seconds. */
function shown(estimates: readonly (readonly [at: number, seconds: number])[]) {
  const times = new TimesLeft()
  const upload = {}
  return estimates.map(([at, seconds]) => times.smooth(upload, seconds, new Date(at * 1000)) ?? 0)
}

/** Ten estimates a second of an upload that ends after this time, each wrong by up to a share. */
function estimates(seconds: number, wrongBy: number) {
  let seed = 1
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed / 2_147_483_647
  }
  return Array.from({ length: seconds * 10 }, (_, index) => {
    const left = seconds - index / 10
    return [index / 10, left * (1 + wrongBy * (2 * random() - 1))] as const
  })
}

/** How often a number is higher than the one before. */
function rises(numbers: readonly number[]): number {
  return numbers.filter((number, index) => number > (numbers[index - 1] ?? number)).length
}

describe('the time left', () => {
  it('counts down in steps of five seconds, and in minutes before', () => {
    expect([...new Set(shown(estimates(170, 0)))]).toEqual([
      ...[180, 120],
      ...Array.from({ length: 18 }, (_, index) => 90 - 5 * index),
    ])
  })

  it.each([60, 600])('does not jump with estimates that do, %i seconds long', (seconds) => {
    const given = estimates(seconds, 0.3)
    expect(rises(given.map(([, left]) => left))).toBeGreaterThan(seconds)
    expect(rises(shown(given))).toBeLessThanOrEqual(2)
  })

  it('follows a line that becomes slower within seconds', () => {
    const before = estimates(60, 0).slice(0, 100)
    const after = Array.from({ length: 300 }, (_, index) => [10 + index / 10, 300 - index / 10])
    const numbers = shown([...before, ...after.map(([at = 0, left = 0]) => [at, left] as const)])
    expect(numbers[99]).toBe(55)
    expect(numbers[250]).toBeGreaterThanOrEqual(180)
    expect(numbers.at(-1)).toBeGreaterThanOrEqual(240)
  })

  it('forgets a first estimate that was far too high', () => {
    const after = Array.from(
      { length: 50 },
      (_, index) => [1 + index / 10, 40 - index / 10] as const,
    )
    const numbers = shown([[0, 140], [0.5, 135], ...after]) // biome-ignore format: points in time
    expect(numbers[0]).toBe(180)
    expect(numbers.at(-1)).toBeLessThanOrEqual(50)
    expect(rises(numbers)).toBe(0)
  })

  it('uses a new estimate unchanged after a pause, and keeps uploads apart', () => {
    expect(shown([[0, 20], [600, 40]])).toEqual([20, 40]) // biome-ignore format: two points in time
    const times = new TimesLeft()
    times.smooth({}, 20, new Date(0))
    expect(times.smooth({}, 80, new Date(0))).toBe(80)
    expect(times.smooth({}, undefined, new Date(0))).toBeUndefined()
  })
})
