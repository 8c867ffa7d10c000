/**
 * A scanner of the application's own: what becomes of an object with each answer, and with none.
 *
 * @module
 */

import { PutObjectTaggingCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type ArrivalOptions,
  type ArrivedObject,
  createArrival,
  type ObjectToScan,
  type ScanFinding,
  type ScanObject,
} from 'waybill/arrival'
import { MP4, PNG } from '../../support/samples.ts'
import { BUCKET, type Landing, sendForm, startLanding } from '../landing.ts'

let landing: Landing

beforeAll(async () => {
  landing = await startLanding()
})
afterAll(() => landing.close())

/** Signed as a PNG of this many bytes; lands, and is not judged yet. */
async function landed(bytes: Uint8Array = PNG): Promise<ArrivedObject> {
  const form = await landing.sign('a.png', 'image/png', bytes.length)
  await sendForm(form, new Blob([new Uint8Array(bytes)]))
  const object = landing.landed.at(-1)
  if (!object) throw new Error('nothing has landed')
  return object
}

async function tag(key: string, tags: Readonly<Record<string, string>>): Promise<void> {
  const TagSet = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
  await landing.client.send(
    new PutObjectTaggingCommand({ Bucket: BUCKET, Key: key, Tagging: { TagSet } }),
  )
}

/** Answers one after the other, the last one again and again. */
function scanner(...answers: readonly unknown[]) {
  const asked: ObjectToScan[] = []
  const scan = async (object: ObjectToScan) => {
    asked.push(object)
    const answer = answers[Math.min(asked.length, answers.length) - 1]
    if (answer instanceof Error) throw answer
    return answer as ScanFinding
  }
  return { scan, asked }
}

const INFECTED = { infected: 'Eicar-Test' }
const VERIFIED = { waybill: 'verified', 'waybill-scan': expect.stringMatching(/^[\w-]{22}$/) }
const MALWARE = { waybill: 'rejected', 'waybill-reason': 'malware' }
const PENDING = { waybill: 'pending', 'waybill-reason': 'not-scanned' }

describe('an object that the scanner calls clean', () => {
  it('is verified, and not scanned again when its event comes again', async () => {
    const object = await landed()
    const { scan, asked } = scanner('clean')
    const first = await landing.judge(object, { scan })
    expect(first).toMatchObject({ verdict: 'verified' })
    expect(await landing.judge(object, { scan })).toEqual(first)
    expect(await landing.tagsOf(object.key)).toEqual(VERIFIED)
    expect(asked).toHaveLength(1)
    const { bucket, key, etag } = object
    expect(asked).toMatchObject([{ bucket, key, etag, size: PNG.length, type: 'image/png' }])
  })

  it('is not scanned at all when it is not what was signed', async () => {
    const { scan, asked } = scanner('clean')
    const verdict = await landing.judge(await landed(MP4), { scan })
    expect(verdict).toMatchObject({ verdict: 'rejected', reason: 'content-differs' })
    await landing.putObject('stray', { bytes: 'x' })
    const stray = landing.landed.at(-1) ?? { bucket: '', key: '' }
    await landing.judge(stray, { scan, withoutWaybill: 'ignore' })
    await landing.judge(stray, { scan, prefix: 'elsewhere/' })
    expect(asked).toEqual([])
  })

  it('was scanned by its own bytes: the record of others does not count', async () => {
    const { scan, asked } = scanner('clean')
    const first = await landed()
    await landing.judge(first, { scan })
    const { 'waybill-scan': record = '' } = await landing.tagsOf(first.key)
    const second = await landed()
    await tag(second.key, { waybill: 'verified', 'waybill-scan': record })
    await landing.judge(second, { scan })
    expect(asked.map(({ key }) => key)).toEqual([first.key, second.key])
  })
})

describe('an object in which the scanner finds something', () => {
  it('is rejected as malware, by the name of what was found', async () => {
    const object = await landed()
    const verdict = await landing.judge(object, { scan: async () => INFECTED })
    expect(verdict).toMatchObject({
      verdict: 'rejected',
      reason: 'malware',
      message: 'the malware scan has found something: Eicar-Test',
    })
    expect(await landing.tagsOf(object.key)).toEqual(MALWARE)
    expect(landing.published.at(-1)).toEqual(verdict)
  })

  it('stays malware, unscanned, when its event comes again', async () => {
    const object = await landed()
    const { scan, asked } = scanner(INFECTED, 'clean')
    await landing.judge(object, { scan })
    expect(await landing.judge(object, { scan })).toMatchObject({ reason: 'malware' })
    expect(asked).toHaveLength(1)
  })

  it('is scanned again after a clean result of somebody else, and cleared by both alone', async () => {
    const object = await landed()
    const { scan } = scanner(INFECTED, INFECTED, 'clean')
    const cleared = { ...object, scanResult: 'NO_THREATS_FOUND' }
    await landing.judge(object, { scan })
    expect(await landing.judge(cleared, { scan })).toMatchObject({ reason: 'malware' })
    expect(await landing.judge(cleared, { scan })).toMatchObject({ verdict: 'verified' })
    expect(await landing.tagsOf(object.key)).toEqual(VERIFIED)
  })

  it('is deleted where rejected objects are', async () => {
    const object = await landed()
    await landing.judge(object, { scan: async () => INFECTED, rejected: 'delete' })
    expect(await landing.read(object.key)).toBeUndefined()
  })

  it('has a name of bounded length in what is told', async () => {
    const infected = 'x'.repeat(5_000)
    const verdict = await landing.judge(await landed(), { scan: async () => ({ infected }) })
    expect(verdict).toMatchObject({ message: expect.stringMatching(/: x{200}$/) })
  })
})

describe('an object that the scanner cannot scan', () => {
  it('is pending with the reason, is not published, and is scanned with its next event', async () => {
    const object = await landed()
    const { scan } = scanner({ notScanned: 'ENCRYPTED' }, 'clean')
    const count = landing.published.length
    const verdict = await landing.judge(object, { scan, rejected: 'delete' })
    expect(verdict).toMatchObject({
      verdict: 'not-scanned',
      reason: 'ENCRYPTED',
      message: 'no malware scan has cleared it: ENCRYPTED',
    })
    expect(await landing.tagsOf(object.key)).toEqual(PENDING)
    expect(landing.published).toHaveLength(count)
    expect(await landing.judge(object, { scan })).toMatchObject({ verdict: 'verified' })
  })

  it('loses a verdict that nobody has scanned it for', async () => {
    const object = await landed()
    await tag(object.key, { waybill: 'verified', 'waybill-scan': 'clean' })
    await landing.judge(object, { scan: async () => ({ notScanned: 'TOO_LARGE' }) })
    expect(await landing.tagsOf(object.key)).toEqual(PENDING)
  })
})

describe('a scan without an answer', () => {
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
    ['of nothing', () => undefined, 'its answer is missing'],
    ['of null', () => null, 'its answer is null'],
    ['of true', () => true, 'its answer is true'],
    ["in GuardDuty's words", () => 'NO_THREATS_FOUND', 'its answer is "NO_THREATS_FOUND"'],
    ['of another case', () => 'Clean', 'its answer is "Clean"'],
    ['of an object', () => ({ clean: true }), "expected 'clean', { infected: '…' }"],
    ['of no name', () => ({ infected: '' }), "expected 'clean'"],
    ['of no text', () => ({ infected: true }), "expected 'clean'"],
    ['of nothing infected', () => ({ infected: false, notScanned: 'x' }), "expected 'clean'"],
    ['of no reason', () => ({ notScanned: '' }), "expected 'clean'"],
  ])('%s fails the event and decides nothing; the next try does', async (_what, scan, message) => {
    const object = await landed()
    const count = landing.published.length
    const attempt = landing.judge(object, { scan: scan as ScanObject })
    // Not by `toThrow`, which takes a rejection with nothing for any.
    await expect(attempt).rejects.toMatchObject({ message: expect.stringContaining(message) })
    expect(await landing.tagsOf(object.key)).toEqual({})
    expect(landing.published).toHaveLength(count)
    const next = await landing.judge(object, { scan: async () => 'clean' })
    expect(next).toMatchObject({ verdict: 'verified' })
  })

  it('is given up after its time, and told so', async () => {
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
    await expect(attempt).rejects.toThrow('the scan failed: it gave no answer for 1234 ms')
    expect(limits).toEqual([1_234])
    expect(signals[0]?.aborted).toBe(true)
    expect(await landing.tagsOf(object.key)).toEqual({})
  })

  it('ends before the function does, with time for the verdict', async () => {
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

  it('is not begun when no time is left', async () => {
    const { scan, asked } = scanner('clean')
    const arrival = createArrival({ ...landing.options, scan })
    const attempt = arrival.judge(await landed(), { remainingTimeMs: () => 3_000 })
    await expect(attempt).rejects.toThrow('no time is left for it')
    expect(asked).toEqual([])
  })
})

describe('a scanner beside GuardDuty', () => {
  const REQUIRED = { requireScan: true } as const

  it('is asked once that has a clean result, and both must be clean', async () => {
    const object = await landed()
    const { scan, asked } = scanner(INFECTED)
    const options = { ...REQUIRED, scan }
    expect(await landing.judge(object, options)).toMatchObject({ reason: 'AWAITED' })
    const failed = { ...object, scanResult: 'FAILED' }
    expect(await landing.judge(failed, options)).toMatchObject({ reason: 'FAILED' })
    expect(asked).toEqual([])
    const cleared = { ...object, scanResult: 'NO_THREATS_FOUND' }
    expect(await landing.judge(cleared, options)).toMatchObject({ reason: 'malware' })
    const both = { ...REQUIRED, scan: async (): Promise<ScanFinding> => 'clean' }
    expect(await landing.judge(cleared, both)).toMatchObject({ verdict: 'verified' })
    expect(await landing.judge(object, both)).toMatchObject({ verdict: 'verified' })
  })

  it('is not asked about what GuardDuty has found', async () => {
    const { scan, asked } = scanner('clean')
    const found = { ...(await landed()), scanResult: 'THREATS_FOUND' }
    expect(await landing.judge(found, { scan })).toMatchObject({ reason: 'malware' })
    expect(asked).toEqual([])
  })
})

describe('a verdict that came while the scanner was at work', () => {
  it('stays when it is malware', async () => {
    const object = await landed()
    const verdict = await landing.judge(object, {
      scan: async () => {
        await landing.judge({ ...object, scanResult: 'THREATS_FOUND' })
        return 'clean'
      },
    })
    expect(verdict).toMatchObject({ reason: 'malware' })
    expect(await landing.tagsOf(object.key)).toEqual(MALWARE)
  })

  it('stays when it is clean and this scan did not take place', async () => {
    const object = await landed()
    const verdict = await landing.judge(object, {
      scan: async () => {
        await landing.judge(object, { scan: async () => 'clean' })
        return { notScanned: 'BUSY' }
      },
    })
    expect(verdict).toMatchObject({ verdict: 'verified' })
    expect(await landing.tagsOf(object.key)).toEqual(VERIFIED)
  })

  it('is malware when this scan found something', async () => {
    const object = await landed()
    await landing.judge(object, {
      scan: async () => {
        await landing.judge(object, { scan: async () => 'clean' })
        return INFECTED
      },
    })
    expect(await landing.tagsOf(object.key)).toEqual(MALWARE)
  })
})

describe('createArrival', () => {
  it('names a scanner that is none', () => {
    const scan = 'clean' as unknown as ScanObject
    expect(() => createArrival({ ...landing.options, scan })).toThrow(
      'scan is of type string, expected a function',
    )
  })

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('names scanTimeoutMs of %s', (value) => {
    const options = { ...landing.options, scanTimeoutMs: value }
    expect(() => createArrival(options)).toThrow(/scanTimeoutMs is .*, expected 1 to 2147483647/)
  })
})
