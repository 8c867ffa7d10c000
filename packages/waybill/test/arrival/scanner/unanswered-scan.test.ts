import { useLanding } from '@waybill/test-support/landing'
import { describe, expect, it } from 'vitest'
import { type ArrivalOptions, createArrival, type ScanObject } from 'waybill/arrival'
import { scanner } from './scanner.ts'

const landing = await useLanding()

const landed = async () => (await landing.land()).object

describe('a scan without a result', () => {
  it.each<[string, ScanObject | (() => unknown), string]>([
    ['that throws', scanner(new Error('clamd is down')).scan, 'the scan failed: clamd is down'],
    [
      'that throws at once',
      () => {
        throw new Error('no socket')
      },
      'the scan failed: no socket',
    ],
    ['that throws no error', () => Promise.reject('down'), 'the scan failed: down'],
    ['of nothing', () => undefined, 'it returned missing'],
    ['of null', () => null, 'it returned null'],
    ['of true', () => true, 'it returned true'],
    ["in GuardDuty's words", () => 'NO_THREATS_FOUND', 'it returned "NO_THREATS_FOUND"'],
    ['of another case', () => 'Clean', 'it returned "Clean"'],
    ['of an object', () => ({ clean: true }), "expected 'clean', { infected: '…' }"],
    ['of no name', () => ({ infected: '' }), "expected 'clean'"],
    ['of no text', () => ({ infected: true }), "expected 'clean'"],
    ['of nothing infected', () => ({ infected: false, notScanned: 'x' }), "expected 'clean'"],
    ['of no reason', () => ({ notScanned: '' }), "expected 'clean'"],
  ])(
    '%s fails the event and decides nothing; the next attempt does',
    async (_what, scan, message) => {
      const object = await landed()
      const count = landing.published.length
      const attempt = landing.judge(object, { scan: scan as ScanObject })
      // Not by `toThrow`, which takes a rejection with nothing for any.
      await expect(attempt).rejects.toMatchObject({ message: expect.stringContaining(message) })
      expect(await landing.tagsOf(object.key)).toEqual({})
      expect(landing.published).toHaveLength(count)
      const next = await landing.judge(object, { scan: async () => 'clean' })
      expect(next).toMatchObject({ verdict: 'verified' })
    },
  )

  it('is abandoned after its time limit, and is told so', async () => {
    const object = await landed()
    const limits: number[] = []
    const signals: AbortSignal[] = []
    const later: NonNullable<ArrivalOptions['effects']>['later'] = (delayMs, callBack) => {
      limits.push(delayMs)
      queueMicrotask(callBack)
      return () => undefined
    }
    const attempt = landing.judge(object, {
      scan: ({ signal }) => {
        signals.push(signal)
        return new Promise(() => undefined)
      },
      scanTimeoutMs: 1_234,
      effects: { later },
    })
    await expect(attempt).rejects.toThrow('the scan failed: it did not return within 1234 ms')
    expect(limits).toEqual([1_234])
    expect(signals[0]?.aborted).toBe(true)
    expect(await landing.tagsOf(object.key)).toEqual({})
  })

  it('ends before the function does, with time left for the verdict', async () => {
    const limits: number[] = []
    const effects: ArrivalOptions['effects'] = {
      later: (delayMs) => {
        limits.push(delayMs)
        return () => undefined
      },
    }
    const arrival = createArrival({ ...landing.options, scan: async () => 'clean', effects })
    await arrival.judge(await landed(), { remainingTimeMs: () => 29_500.5 })
    expect(limits).toEqual([26_500])
  })

  it('does not start if no time is left', async () => {
    const { scan, asked } = scanner('clean')
    const arrival = createArrival({ ...landing.options, scan })
    const attempt = arrival.judge(await landed(), { remainingTimeMs: () => 3_000 })
    await expect(attempt).rejects.toThrow('there is no time left for it')
    expect(asked).toEqual([])
  })
})
