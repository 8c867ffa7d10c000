import { virtualTime } from '@waybill/test-support/virtual-time'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ProgressMeter } from '../../../../src/client/upload/progress.ts'

const NEVER = new AbortController().signal

function meterOf(total: number) {
  const { until, ...clock } = virtualTime()
  const pass = (ms: number) => until(clock.wait(ms, NEVER))
  return { meter: new ProgressMeter(total, clock), pass }
}

const TOTAL = 100_000_000

/** Confirms a million bytes each 100 ms. */
async function steadily({ meter, pass }: ReturnType<typeof meterOf>, from: number, steps: number) {
  for (let step = 1; step <= steps; step += 1) {
    await pass(100)
    meter.update(from + step * 1_000_000, from + step * 1_000_000)
  }
}

describe('progress notifications', () => {
  it('are due when bytes have left, at most ten times a second', async () => {
    const { meter, pass } = meterOf(100)
    expect(meter.update(1, 0)).toBe(true)
    await pass(99)
    expect(meter.update(2, 0)).toBe(false)
    await pass(1)
    expect(meter.update(3, 0)).toBe(true)
    expect(meter.update(4, 0)).toBe(false)
  })

  it('are due when bytes leave again, not before, and when S3 has more of them', async () => {
    const { meter, pass } = meterOf(100)
    meter.update(50, 50)
    await pass(1000)
    expect(meter.update(50, 50)).toBe(false)
    expect(meter.update(51, 50)).toBe(true)
    // At once: it says that the bar stands still.
    expect(meter.update(10, 10)).toBe(true)
    await pass(1000)
    expect(meter.update(10, 10, 5)).toBe(true)
  })
})

describe("an upload's bytes", () => {
  it('begin with those that S3 has, which do not count towards the rate', async () => {
    const { meter, pass } = meterOf(1000)
    meter.startAt(400)
    expect(meter.read()).toEqual({ sent: 400, stored: 400, total: 1000, fraction: 0.4 })
    for (const sent of [500, 600]) {
      await pass(1000)
      meter.update(sent, sent)
    }
    expect(meter.read()).toEqual({
      ...{ sent: 600, stored: 0, total: 1000, fraction: 0.6 },
      ...{ bytesPerSecond: 100, remainingSeconds: 4 },
    })
  })

  it('are corrected if S3 has fewer, and the rate is then unknown', async () => {
    const { meter, pass } = meterOf(1000)
    for (const sent of [100, 200, 300]) {
      await pass(1000)
      meter.update(sent, sent)
    }
    meter.startAt(100)
    expect(meter.read()).toEqual({
      ...{ sent: 300, stored: 100, total: 1000, fraction: 0.3 },
      resending: 200,
    })
    // What is sent again counts for the rate.
    for (const sent of [200, 300]) {
      await pass(1000)
      meter.update(sent, sent)
    }
    expect(meter.read()).toMatchObject({ bytesPerSecond: 100, remainingSeconds: 7 })
  })

  it('distinguish those in S3 from those in transit', () => {
    const { meter } = meterOf(1000)
    meter.update(500, 400, 300)
    expect(meter.read()).toEqual({ sent: 500, stored: 300, total: 1000, fraction: 0.5 })
    meter.update(1000, 1000, 1000)
    // Stored, but the upload is not done yet.
    expect(meter.read()).toMatchObject({ sent: 999, stored: 999 })
  })

  it('that were lost in transit are reported as resending until they have left again', () => {
    const { meter } = meterOf(1000)
    meter.update(500, 400)
    expect(meter.read()).not.toHaveProperty('resending')
    meter.update(0, 0)
    expect(meter.read()).toMatchObject({ sent: 500, resending: 500 })
    meter.update(200, 0)
    expect(meter.read()).toMatchObject({ sent: 500, resending: 300 })
    meter.update(501, 0)
    expect(meter.read()).toEqual({ sent: 501, stored: 0, total: 1000, fraction: 0.501 })
  })

  it('reach the total, and exceed 99 %, only when the upload is done', () => {
    const { meter } = meterOf(1000)
    meter.update(5000, 0)
    const before = meter.read()
    expect(before).toEqual({ sent: 999, stored: 0, total: 1000, fraction: 0.99 })
    expect(meter.read(true)).toEqual({ sent: 1000, stored: 1000, total: 1000, fraction: 1 })
  })

  it('are zero for an empty file until it is done', () => {
    const { meter } = meterOf(0)
    expect(meter.read()).toEqual({ sent: 0, stored: 0, total: 0, fraction: 0 })
    expect(meter.read(true)).toEqual({ sent: 0, stored: 0, total: 0, fraction: 1 })
  })

  it('are the same object until any of them changes', () => {
    const { meter } = meterOf(1000)
    const first = meter.read()
    expect(meter.read()).toBe(first)
    meter.update(10, 0)
    const second = meter.read()
    expect(second).not.toBe(first)
    expect(meter.read()).toBe(second)
    const done = meter.read(true)
    expect(meter.read(true)).toBe(done)
  })
})

describe('the rate', () => {
  it('is measured over at least a quarter of a second', async () => {
    const { meter, pass } = meterOf(1000)
    meter.update(10, 10)
    await pass(249)
    meter.update(20, 20)
    expect(meter.read().bytesPerSecond).toBeUndefined()
    await pass(1)
    meter.update(30, 30)
    expect(meter.read().bytesPerSecond).toBe(80)
  })

  it('follows two thirds of a change within four seconds', async () => {
    const { meter, pass } = meterOf(100_000)
    meter.update(1, 1)
    await pass(1000)
    meter.update(1001, 1001)
    expect(meter.read().bytesPerSecond).toBe(1000)
    let sent = 1001
    for (let second = 0; second < 4; second += 1) {
      await pass(1000)
      sent += 4000
      meter.update(sent, sent)
    }
    expect(meter.read().bytesPerSecond).toBeCloseTo(4000 - 3000 / Math.E, 6)
  })

  it('is measured anew from the first bytes after five seconds of silence', async () => {
    const { meter, pass } = meterOf(1000)
    meter.update(100, 100)
    await pass(1000)
    meter.update(200, 200)
    await pass(5000)
    meter.update(300, 300)
    expect(meter.read().bytesPerSecond).toBeUndefined()
  })

  it('stays while a failed request is resent within five seconds', async () => {
    const { meter, pass } = meterOf(1000)
    meter.update(100, 100)
    await pass(1000)
    meter.update(200, 200)
    await pass(1000)
    meter.update(0, 0)
    expect(meter.read().bytesPerSecond).toBe(100)
    await pass(3000)
    meter.update(200, 100)
    expect(meter.read().bytesPerSecond).toBeGreaterThan(25)
  })

  it('counts from an earlier moment if told when bytes began to leave', async () => {
    const { meter, pass } = meterOf(1000)
    await pass(2000)
    meter.measureSince(0)
    meter.update(100, 100)
    expect(meter.read().bytesPerSecond).toBe(50)
  })

  it('is computed from confirmed bytes, not buffered ones', async () => {
    const made = meterOf(TOTAL)
    made.meter.update(50_000_000, 0)
    await made.pass(1_000)
    made.meter.update(60_000_000, 0)
    expect(made.meter.read().bytesPerSecond).toBeUndefined()
    for (let step = 1; step <= 20; step += 1) {
      await made.pass(100)
      made.meter.update(60_000_000, step * 1_000_000)
    }
    const { bytesPerSecond, remainingSeconds, sent } = made.meter.read()
    expect(sent).toBe(60_000_000)
    expect(bytesPerSecond).toBeCloseTo(10_000_000, -1)
    // Of the bytes in buffers, too.
    expect(remainingSeconds).toBeCloseTo(8, 3)
  })

  it('is watched further while bytes are confirmed', async () => {
    const made = meterOf(TOTAL)
    await steadily(made, 0, 10)
    let told = 0
    void made.meter.watch(() => {
      told += 1
    }, new AbortController().signal)
    await steadily(made, 10_000_000, 50)
    expect(told).toBe(0)
    await made.pass(5_001)
    expect(told).toBe(1)
  })

  it('never predicts absurdly long times, whatever requests report', async () => {
    const report = fc.record({
      passed: fc.integer({ min: 0, max: 5_000 }),
      sent: fc.integer({ min: 0, max: TOTAL }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(report, { minLength: 1, maxLength: 30 }), async (reports) => {
        const { meter, pass } = meterOf(TOTAL)
        let sentBefore = 0
        for (const { passed, sent, share } of reports) {
          await pass(passed)
          meter.update(sent, Math.floor(sent * share))
          const { bytesPerSecond, remainingSeconds, sent: shown } = meter.read()
          expect(shown).toBeGreaterThanOrEqual(sentBefore)
          sentBefore = shown
          // One byte in each sample is the slowest that can be reported.
          if (bytesPerSecond !== undefined) expect(bytesPerSecond).toBeGreaterThan(0.1)
          if (remainingSeconds !== undefined) expect(remainingSeconds).toBeGreaterThanOrEqual(0)
        }
      }),
    )
  })
})
