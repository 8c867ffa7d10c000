import { eventually } from '@waybill/test-support/eventually'
import { type Landing, sendForm, startLanding } from '@waybill/test-support/landing'
import { MP4, PNG } from '@waybill/test-support/samples'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createArrival, judgeArrivals, type Verdict } from 'waybill/arrival'

let landing: Landing

beforeEach(async () => {
  landing = await startLanding()
})
afterEach(() => landing.close())

async function send(name: string, bytes: Uint8Array): Promise<string> {
  const form = await landing.sign(name, 'image/png', bytes.length)
  await sendForm(form, new Blob([new Uint8Array(bytes)]))
  return form.fields.key ?? ''
}

describe('judgeArrivals', () => {
  it("judges each object in the local S3's events until it is stopped", async () => {
    const verdicts: Verdict[] = []
    const running = judgeArrivals({
      arrival: createArrival(landing.options),
      subscribe: landing.s3.onObjectCreated,
      onVerdict: (verdict) => verdicts.push(verdict),
    })
    const honest = await send('a.png', PNG)
    const forged = await send('b.png', MP4)
    await running.settled()
    const byKey = Object.fromEntries(verdicts.map(({ key, verdict }) => [key, verdict]))
    expect(byKey).toEqual({ [honest]: 'verified', [forged]: 'rejected' })
    await running.stop()
    const late = await send('c.png', PNG)
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
    await send('a.png', PNG)
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
      report({
        'detail-type': 'Object Created',
        detail: { bucket: { name: 'uploads' }, object: { key } },
      })
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

  it('works without a verdict listener', async () => {
    const errors: unknown[] = []
    const running = judgeArrivals({
      arrival: createArrival(landing.options),
      subscribe: landing.s3.onObjectCreated,
      onError: (error) => errors.push(error),
    })
    await send('a.png', PNG)
    await running.stop()
    expect(errors).toEqual([])
    expect(landing.published).toHaveLength(1)
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
    const key = await send('a.png', PNG)
    tell('poison')
    tell({
      'detail-type': 'Object Created',
      detail: { bucket: { name: 'uploads' }, object: { key } },
    })
    await running.settled()
    expect(told.toSorted()).toEqual(['poison', 'verified'])
  })
})
