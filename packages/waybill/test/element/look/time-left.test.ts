import { virtualTime } from '@waybill/test-support/virtual-time'
import { describe, expect, it } from 'vitest'
import { ProgressMeter } from '../../../src/client/upload/progress.ts'
import { TimesLeft } from '../../../src/element/view/list/time-left.ts'

/** What is displayed, when these estimates come at these times. All in seconds. */
function shown(estimates: readonly (readonly [at: number, seconds: number])[]) {
  const times = new TimesLeft()
  const upload = {}
  return estimates.map(([at, seconds]) => times.steady(upload, seconds, new Date(at * 1000)) ?? 0)
}

/** Ten exact estimates a second. */
function exact(seconds: number, from = 0) {
  return Array.from(
    { length: seconds * 10 },
    (_, index) => [from + index / 10, seconds - index / 10] as const,
  )
}

/** The estimates of an upload over a line whose speed changes by up to a half all the time. */
async function measured(seconds: number) {
  const { until, ...time } = virtualTime()
  const meter = new ProgressMeter(seconds * 1_000_000, time)
  let [seed, sent] = [1, 0]
  const estimates: (readonly [at: number, seconds: number])[] = []
  while (sent < seconds * 1_000_000) {
    await until(time.wait(100, new AbortController().signal))
    seed = (seed * 48_271) % 2_147_483_647
    sent += 50_000 + 100_000 * (seed / 2_147_483_647)
    meter.update(sent, sent)
    const { remainingSeconds } = meter.read()
    if (remainingSeconds !== undefined)
      estimates.push([time.monotonicMs() / 1000, remainingSeconds])
  }
  return estimates
}

/** How often a number is higher than the one before. */
function rises(numbers: readonly number[]): number {
  return numbers.filter((number, index) => number > (numbers[index - 1] ?? number)).length
}

describe('the time left', () => {
  it('counts down in minutes at first, and later in steps of five seconds', () => {
    expect([...new Set(shown(exact(170)))]).toEqual([
      ...[180, 120],
      ...Array.from({ length: 18 }, (_, index) => 90 - 5 * index),
    ])
  })

  it.each([60, 600])('counts down on an unsteady connection for %i seconds', async (seconds) => {
    const estimates = await measured(seconds)
    expect(rises(estimates.map(([, left]) => left))).toBeGreaterThan(seconds)
    expect(rises(shown(estimates))).toBeLessThanOrEqual(2)
  })

  it.each([
    ['a line that becomes slower', 50, 300],
    ['a first estimate that was far too high', 4800, 12],
  ])('adapts to %s at once', (_, before, after) => {
    expect(shown([[0, before], [1, after]])[1]).toBeCloseTo(after, -1) // biome-ignore format: points in time
  })

  it('keeps uploads separate', () => {
    const times = new TimesLeft()
    times.steady({}, 20, new Date(0))
    expect(times.steady({}, 24, new Date(0))).toBe(25)
    expect(times.steady({}, undefined, new Date(0))).toBeUndefined()
  })
})
