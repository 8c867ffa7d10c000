import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ProgressMeter } from '../../../../src/client/upload/progress.ts'

const TOTAL = 100_000_000

/** A meter whose clock the test moves, and whose waits end when the clock has passed them. */
function meterOf(total = TOTAL) {
  let at = 5_000
  const waiting = new Set<{ readonly until: number; readonly resolve: () => void }>()
  const clock = {
    monotonicMs: () => at,
    wait: (ms: number, signal: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        waiting.add({ until: at + ms, resolve })
        signal.addEventListener('abort', () => reject(signal.reason))
      }),
  }
  const pass = async (ms: number) => {
    for (const end = at + ms; at < end; ) {
      at = Math.min(end, at + 100)
      for (const one of [...waiting]) {
        if (one.until > at) continue
        waiting.delete(one)
        one.resolve()
      }
      for (let turn = 0; turn < 5; turn += 1) await Promise.resolve()
    }
  }
  return { meter: new ProgressMeter(total, clock), pass }
}

/** Confirms a million bytes each 100 ms. */
async function steadily({ meter, pass }: ReturnType<typeof meterOf>, from: number, steps: number) {
  for (let step = 1; step <= steps; step += 1) {
    await pass(100)
    meter.update(from + step * 1_000_000, from + step * 1_000_000)
  }
}

describe('ProgressMeter', () => {
  it('makes the rate of bytes that are confirmed, not of those in a buffer', async () => {
    const made = meterOf()
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

  it('leaves rate and time out after five seconds without a confirmed byte, and tells so', async () => {
    const made = meterOf()
    await steadily(made, 0, 20)
    let told = 0
    const watching = made.meter.watch(() => {
      told += 1
    }, new AbortController().signal)
    await made.pass(4_900)
    expect([told, made.meter.read().bytesPerSecond === undefined]).toEqual([0, false])
    await made.pass(100)
    await watching
    const { bytesPerSecond, remainingSeconds } = made.meter.read()
    expect([told, bytesPerSecond, remainingSeconds]).toEqual([1, undefined, undefined])
  })

  it('watches on while bytes are confirmed', async () => {
    const made = meterOf()
    await steadily(made, 0, 10)
    let told = 0
    void made.meter.watch(() => {
      told += 1
    }, new AbortController().signal)
    await steadily(made, 10_000_000, 50)
    expect(told).toBe(0)
    await made.pass(5_000)
    expect(told).toBe(1)
  })

  it('does not count an outage into the rate after it', async () => {
    const made = meterOf()
    await steadily(made, 0, 20)
    await made.pass(60_000)
    await steadily(made, 20_000_000, 20)
    expect(made.meter.read().bytesPerSecond).toBeCloseTo(10_000_000, -1)
  })

  it('is not slowed by a request that begins anew, and never runs back', async () => {
    const made = meterOf()
    await steadily(made, 0, 20)
    await made.pass(100)
    made.meter.update(0, 0)
    expect(made.meter.read().sent).toBe(20_000_000)
    await steadily(made, 0, 20)
    const { bytesPerSecond = 0, remainingSeconds = 0 } = made.meter.read()
    expect(bytesPerSecond).toBeGreaterThan(9_000_000)
    expect(remainingSeconds).toBeCloseTo(80_000_000 / bytesPerSecond, 3)
  })

  it('never says what no person can wait for, whatever requests report', async () => {
    const report = fc.record({
      passed: fc.integer({ min: 0, max: 5_000 }),
      sent: fc.integer({ min: 0, max: TOTAL }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(report, { minLength: 1, maxLength: 30 }), async (reports) => {
        const { meter, pass } = meterOf()
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
