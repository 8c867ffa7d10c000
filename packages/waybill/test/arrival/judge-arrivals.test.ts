import { eventually } from '@waybill/test-support/eventually'
import { useLanding } from '@waybill/test-support/landing'
import { MP4 } from '@waybill/test-support/samples'
import { describe, expect, it } from 'vitest'
import { createArrival, judgeArrivals, type Verdict } from 'waybill/arrival'

const landing = await useLanding()

/** An event that a test reports itself. */
const created = (key: string) => ({
  'detail-type': 'Object Created',
  detail: { bucket: { name: 'uploads' }, object: { key } },
})

describe('judgeArrivals', () => {
  it("judges each object in the local S3's events until it is stopped", async () => {
    const verdicts: Verdict[] = []
    const running = judgeArrivals({
      arrival: createArrival(landing.options),
      subscribe: landing.s3.onObjectCreated,
      onVerdict: (verdict) => verdicts.push(verdict),
    })
    const { key: honest } = await landing.land()
    const { key: forged } = await landing.land(MP4)
    await running.settled()
    const byKey = Object.fromEntries(verdicts.map(({ key, verdict }) => [key, verdict]))
    expect(byKey).toEqual({ [honest]: 'verified', [forged]: 'rejected' })
    await running.stop()
    const { key: late } = await landing.land()
    await running.settled()
    expect(await landing.tagsOf(late)).toEqual({})
  })

  it('retries if judging fails, and finally reports the error', async () => {
    let attempts = 0
    const failing = {
      ...landing.options,
      publish: async () => {
        attempts += 1
        throw new Error('the bus is away')
      },
    }
    const errors: unknown[] = []
    const waits: number[] = []
    const running = judgeArrivals({
      arrival: createArrival(failing),
      subscribe: landing.s3.onObjectCreated,
      onError: (error) => errors.push(error),
      effects: { wait: async (ms) => void waits.push(ms) },
    })
    await landing.land()
    await running.stop()
    expect(attempts).toBe(3)
    expect(waits).toEqual([500, 1000])
    expect(errors).toEqual([new Error('the bus is away')])
  })

  it('judges eight objects at a time, in the order they were reported', async () => {
    const begun: string[] = []
    const held: (() => void)[] = []
    let report: (event: unknown) => void = () => {}
    const running = judgeArrivals({
      arrival: {
        judge: async ({ bucket, key }) => {
          begun.push(key)
          await new Promise<void>((resolve) => held.push(resolve))
          return { verdict: 'skipped', reason: 'gone', bucket, key }
        },
      },
      subscribe: (listener) => {
        report = listener
        return () => {}
      },
    })
    const keys = Array.from({ length: 10 }, (_, at) => `${at}.png`)
    for (const key of keys) {
      report(created(key))
    }
    expect(begun).toEqual(keys.slice(0, 8))
    held[3]?.()
    await eventually(() => begun).toEqual(keys.slice(0, 9))
    for (let at = 0; at < keys.length; at += 1) {
      await eventually(() => held.length).toBeGreaterThan(at)
      held[at]?.()
    }
    await running.settled()
    expect(begun).toEqual(keys)
  })

  it('reports a poison event and continues', async () => {
    const told: unknown[] = []
    let tell: (event: unknown) => void = () => {}
    const running = judgeArrivals({
      arrival: createArrival(landing.options),
      subscribe: (listener) => {
        tell = listener
        return () => {}
      },
      onVerdict: ({ verdict }) => told.push(verdict),
      onError: (_error, event) => told.push(event),
    })
    const { key } = await landing.land()
    tell('poison')
    tell(created(key))
    await running.settled()
    expect(told.toSorted()).toEqual(['poison', 'verified'])
  })
})
