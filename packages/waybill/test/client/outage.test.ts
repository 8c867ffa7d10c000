import { virtualTime } from '@waybill/test-support/virtual-time'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { UploadError } from 'waybill'
import { seededRandom } from '../../../strict-s3/src/faults/seeded-random.ts'
import { treatSending } from '../../src/client/error-table.ts'
import type { RetryOptions } from '../../src/client/send/failed-request.ts'
import { loadFailureHandling } from '../../src/client/send/load-failure-handling.ts'
import { retry } from '../../src/client/send/retry.ts'

const FAILURE = new UploadError('NETWORK_FAILED', 'the storage did not respond')

/** Requests to a storage that is away until `outageMs`, and from then on answers. */
function requestsIn(
  outageMs: number,
  seed: number,
  { failsAfterMs = 5, ...more }: Partial<RetryOptions> & { readonly failsAfterMs?: number } = {},
) {
  const time = virtualTime()
  const random = seededRandom(seed)
  const effects = { ...time, random: () => random.next() }
  const options: RetryOptions = {
    retryContext: { effects, retryForMs: 240_000 },
    side: 'storage',
    signal: new AbortController().signal,
    treat: treatSending,
    ...more,
  }
  const tries: number[] = []
  const request = () =>
    retry(options, async () => {
      tries.push(time.monotonicMs())
      await time.wait(failsAfterMs, options.signal)
      if (time.monotonicMs() < outageMs) throw FAILURE
      return time.monotonicMs()
    })
  return { time, request, tries, options }
}

// Loading takes turns of its own, in which no virtual time passes.
beforeAll(() => loadFailureHandling())

describe('requests during an outage', () => {
  it.each([5_000, 20_000, 40_000, 200_000])(
    'all resume soon after one of %i ms',
    async (outageMs) => {
      await fc.assert(
        fc.asyncProperty(fc.nat(), fc.integer({ min: 1, max: 200 }), async (seed, count) => {
          const { time, request } = requestsIn(outageMs, seed)
          const doneAt = await time.until(Promise.all(Array.from({ length: count }, request)))
          expect(Math.max(...doneAt) - outageMs).toBeLessThanOrEqual(
            Math.max(1_500, outageMs / 20) + 100,
          )
        }),
        { numRuns: 20 },
      )
    },
  )

  it.each([5, 900])(
    'are retried one at a time, however many wait, if each fails after %i ms',
    async (failsAfterMs) => {
      const { time, request, tries } = requestsIn(60_000, 1, { failsAfterMs })
      await time.until(Promise.all(Array.from({ length: 200 }, request)))
      const during = tries.filter((at) => at > 0 && at < 60_000)
      expect(tries.filter((at) => at === 0)).toHaveLength(200)
      // Every 1.1 seconds in the mean, and a fortieth of the outage later.
      expect(during.length).toBeLessThan(80)
      expect(during.length).toBeGreaterThan(20)
    },
  )

  it('fail with the original error if it lasts too long, including those still waiting', async () => {
    const { time, request, tries } = requestsIn(Number.POSITIVE_INFINITY, 5)
    const all = await time.until(Promise.allSettled(Array.from({ length: 300 }, request)))
    expect(all.every(({ status }) => status === 'rejected')).toBe(true)
    expect(time.monotonicMs()).toBeGreaterThanOrEqual(240_000)
    expect(time.monotonicMs()).toBeLessThan(256_000)
    expect(tries.length).toBeLessThan(500)
  })

  it('that fail alone do not resume with the success of others', async () => {
    const { time, request, options } = requestsIn(0, 6)
    let tries = 0
    const alone = retry(options, async () => {
      tries += 1
      throw FAILURE
    })
    const signal = new AbortController().signal
    const others = async () => {
      for (let count = 0; count < 600; count += 1) {
        await request()
        await time.wait(95, signal)
      }
    }
    await time.until(Promise.race([others(), alone]))
    // A minute, in which 600 others succeeded.
    expect(tries).toBeLessThan(20)
    await expect(time.until(alone)).rejects.toBe(FAILURE)
  })
})
