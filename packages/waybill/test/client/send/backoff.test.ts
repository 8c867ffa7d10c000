import { ONLINE, virtualTime } from '@waybill/test-support/virtual-time'
import { describe, expect, it } from 'vitest'
import { outagePauseMs, ownPauseMs, waitForNetwork } from '../../../src/client/send/backoff.ts'

const { signal } = new AbortController()

describe('ownPauseMs', () => {
  it.each([
    [0, 250],
    [1, 250],
    [2, 500],
    [3, 1000],
    [7, 16_000],
    [8, 30_000],
    [99, 30_000],
  ])('is at most, after %d failures, %d ms', (failures, most) => {
    expect(ownPauseMs(failures, { random: () => 1 })).toBe(most)
    expect(ownPauseMs(failures, { random: () => 0 })).toBe(0)
  })
})

describe('outagePauseMs', () => {
  it.each([
    [1, 0, 250],
    [3, 0, 1000],
    [4, 30_000, 1500],
    [9, 200_000, 10_000],
    [9, 9e9, 30_000],
  ])('is at most, after %d failures in %d ms, %d ms, and at least half', (failures, ms, most) => {
    expect(outagePauseMs(failures, ms, { random: () => 1 })).toBe(most)
    expect(outagePauseMs(failures, ms, { random: () => 0 })).toBe(most / 2)
  })
})

describe('waitForNetwork', () => {
  it('ends when the network returns or after the given time, and stops listening', async () => {
    const listening: AbortSignal[] = []
    const back = Promise.withResolvers<void>()
    const whenOnline = (given: AbortSignal) => {
      listening.push(given)
      return back.promise
    }
    const effects = { ...virtualTime(), online: { ...ONLINE, whenOnline } }
    await effects.until(waitForNetwork(effects, 500, signal))
    expect(effects.monotonicMs()).toBe(500)
    back.resolve()
    await waitForNetwork(effects, 500, signal)
    expect(effects.monotonicMs()).toBe(500)
    expect(listening.map(({ aborted }) => aborted)).toEqual([true, true])
  })
})
