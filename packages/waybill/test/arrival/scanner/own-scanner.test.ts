import { useLanding } from '@waybill/test-support/landing'
import { MP4, PNG } from '@waybill/test-support/samples'
import { describe, expect, it } from 'vitest'
import { createArrival, type ScanObject, type ScanResult } from 'waybill/arrival'
import { INFECTED, MALWARE, PENDING, scanner, tag, VERIFIED } from './scanner.ts'

const landing = await useLanding()

const landed = async (bytes?: Uint8Array) => (await landing.land(bytes)).object

describe('an object that the scanner finds clean', () => {
  it('is verified, and not scanned again when its event is repeated', async () => {
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

  it('is not scanned at all if it does not match its signature', async () => {
    const { scan, asked } = scanner('clean')
    const verdict = await landing.judge(await landed(MP4), { scan })
    expect(verdict).toMatchObject({ verdict: 'rejected', reason: 'content-differs' })
    await landing.putObject('stray', { bytes: 'x' })
    const stray = landing.landed.at(-1) ?? { bucket: '', key: '' }
    await landing.judge(stray, { scan, withoutWaybill: 'ignore' })
    await landing.judge(stray, { scan, prefix: 'elsewhere/' })
    expect(asked).toEqual([])
  })

  it('counts as scanned only with a record for its own bytes', async () => {
    const { scan, asked } = scanner('clean')
    const first = await landed()
    await landing.judge(first, { scan })
    const { 'waybill-scan': record = '' } = await landing.tagsOf(first.key)
    const second = await landed()
    await tag(landing, second.key, { waybill: 'verified', 'waybill-scan': record })
    await landing.judge(second, { scan })
    expect(asked.map(({ key }) => key)).toEqual([first.key, second.key])
  })
})

describe('an object in which the scanner finds something', () => {
  it('is rejected as malware, with the name of the finding', async () => {
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

  it('stays malware, without a scan, when its event is repeated', async () => {
    const object = await landed()
    const { scan, asked } = scanner(INFECTED, 'clean')
    await landing.judge(object, { scan })
    expect(await landing.judge(object, { scan })).toMatchObject({ reason: 'malware' })
    const found = { ...object, scanResult: 'THREATS_FOUND' }
    expect(await landing.judge(found, { scan })).toMatchObject({ reason: 'malware' })
    expect(asked).toHaveLength(1)
  })

  it("is scanned again after another scanner's clean result, and needs both to be cleared", async () => {
    const object = await landed()
    const { scan } = scanner(INFECTED, INFECTED, 'clean')
    const cleared = { ...object, scanResult: 'NO_THREATS_FOUND' }
    await landing.judge(object, { scan })
    expect(await landing.judge(cleared, { scan })).toMatchObject({ reason: 'malware' })
    expect(await landing.judge(cleared, { scan })).toMatchObject({ verdict: 'verified' })
    expect(await landing.tagsOf(object.key)).toEqual(VERIFIED)
  })

  it('is reported with a name of bounded length', async () => {
    const infected = 'x'.repeat(5_000)
    const verdict = await landing.judge(await landed(), { scan: async () => ({ infected }) })
    expect(verdict).toMatchObject({ message: expect.stringMatching(/: x{200}$/) })
  })
})

describe('an object that the scanner cannot scan', () => {
  it('is pending with the reason, is not published, and is scanned at its next event', async () => {
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

  it('loses a verdict that no scan has confirmed', async () => {
    const object = await landed()
    await tag(landing, object.key, { waybill: 'verified', 'waybill-scan': 'clean' })
    await landing.judge(object, { scan: async () => ({ notScanned: 'TOO_LARGE' }) })
    expect(await landing.tagsOf(object.key)).toEqual(PENDING)
  })
})

describe('a scanner in addition to GuardDuty', () => {
  const REQUIRED = { requireScan: true } as const

  it('is called once GuardDuty is clean, and both must be clean', async () => {
    const object = await landed()
    const { scan, asked } = scanner(INFECTED)
    const options = { ...REQUIRED, scan }
    expect(await landing.judge(object, options)).toMatchObject({ reason: 'AWAITED' })
    const failed = { ...object, scanResult: 'FAILED' }
    expect(await landing.judge(failed, options)).toMatchObject({ reason: 'FAILED' })
    expect(asked).toEqual([])
    const cleared = { ...object, scanResult: 'NO_THREATS_FOUND' }
    expect(await landing.judge(cleared, options)).toMatchObject({ reason: 'malware' })
    const both = { ...REQUIRED, scan: async (): Promise<ScanResult> => 'clean' }
    expect(await landing.judge(cleared, both)).toMatchObject({ verdict: 'verified' })
    expect(await landing.judge(object, both)).toMatchObject({ verdict: 'verified' })
  })
})

describe('a verdict that came during the scan', () => {
  it('stays if it is malware', async () => {
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

  it('stays if it is clean and this scan failed', async () => {
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

  it('becomes malware if this scan found something', async () => {
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
  it('rejects a scanner that is not a function, by name', () => {
    const scan = 'clean' as unknown as ScanObject
    expect(() => createArrival({ ...landing.options, scan })).toThrow(
      'scan is string, expected a function',
    )
  })

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])(
    'rejects scanTimeoutMs of %s by name',
    (value) => {
      const options = { ...landing.options, scanTimeoutMs: value }
      expect(() => createArrival(options)).toThrow(/scanTimeoutMs is .*, expected 1 to 2147483647/)
    },
  )
})
