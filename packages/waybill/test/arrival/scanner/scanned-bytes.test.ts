import { randomBytes } from 'node:crypto'
import { useLanding } from '@waybill/test-support/landing'
import { describe, expect, it } from 'vitest'
import type { ArrivalOptions, ObjectToScan } from 'waybill/arrival'
import { bytesOf, CARELESS, MIB, reads } from './reading-scanner.ts'

const plain = await useLanding()
const versioned = await useLanding('Enabled')

const RANGES = ['bytes=0-4194303', 'bytes=4194304-8388607', 'bytes=8388608-9437185']

describe("a scanner's input", () => {
  it('contains all bytes, in ranges of one version and ETag, each time it is opened', async () => {
    const bytes = randomBytes(9 * MIB + 2)
    const { object } = await versioned.land(bytes, 'application/octet-stream')
    const { seen, fetch } = reads()
    const scan: ArrivalOptions['scan'] = async (each) => {
      expect((await bytesOf(each)).equals(bytes)).toBe(true)
      expect((await bytesOf(each)).equals(bytes)).toBe(true)
      expect(each.versionId).toBe(object.versionId)
      return 'clean'
    }
    // Without the version in its event, too: arrival looks which it is.
    const { bucket, key } = object
    expect(await versioned.judge({ bucket, key }, { scan, fetch })).toMatchObject({
      verdict: 'verified',
      versionId: object.versionId,
    })
    const ofScan = seen.slice(1)
    expect(ofScan.map(({ range }) => range)).toEqual([...RANGES, ...RANGES])
    const pinned = { ifMatch: `"${object.etag}"`, versionId: object.versionId }
    for (const read of ofScan) expect(read).toMatchObject(pinned)
  })

  it('is empty for an empty object, without a request', async () => {
    const { object } = await plain.land(new Uint8Array(), 'application/octet-stream')
    const { seen, fetch } = reads()
    const lengths: number[] = []
    const verdict = await plain.judge(object, {
      fetch,
      scan: async (each) => {
        lengths.push((await bytesOf(each)).length)
        return 'clean'
      },
    })
    expect(verdict).toMatchObject({ verdict: 'verified' })
    expect(lengths).toEqual([0])
    expect(seen).toEqual([])
  })

  it('is read from S3 no faster than the scanner consumes it', async () => {
    const { object } = await plain.land(randomBytes(9 * MIB), 'application/octet-stream')
    const { seen, fetch } = reads()
    const counts: number[] = []
    const verdict = await plain.judge(object, {
      fetch,
      scan: async (each) => {
        const before = seen.length
        const reader = each.open().getReader()
        // Long enough for a stream that reads ahead to have begun.
        await fetch(plain.s3.endpoint)
        counts.push(seen.length - before)
        await reader.read()
        await fetch(plain.s3.endpoint)
        counts.push(seen.length - before)
        await reader.cancel()
        await fetch(plain.s3.endpoint)
        counts.push(seen.length - before)
        return { infected: 'in the first bytes' }
      },
    })
    expect(counts).toEqual([0, 1, 1])
    expect(verdict).toMatchObject({ reason: 'malware' })
  })

  it('ends when the scan ends, whoever still reads', async () => {
    const { object } = await plain.land(randomBytes(9 * MIB), 'application/octet-stream')
    const opened: ObjectToScan[] = []
    await plain.judge(object, {
      scan: async (each) => {
        opened.push(each)
        return 'clean'
      },
    })
    const [each] = opened
    expect(each?.signal.aborted).toBe(true)
    await expect(each?.open().getReader().read()).rejects.toThrow('the scan has ended')
  })
})

describe('an object that cannot be read from S3', () => {
  const busy = () => new Response('<Error><Code>InternalError</Code></Error>', { status: 500 })
  const short = () => new Response('too short', { status: 206 })

  it.each(CARELESS)('gets no verdict, even if the scanner %s', async (_what, scan) => {
    for (const instead of [busy, short]) {
      const { object, key } = await plain.land(randomBytes(5 * MIB), 'application/octet-stream')
      const { fetch } = reads(async ({ range }) =>
        range.startsWith('bytes=4194304-') ? instead() : undefined,
      )
      const options = { scan, fetch, effects: { wait: async () => undefined } }
      const attempt = plain.judge(object, options as Partial<ArrivalOptions>)
      await expect(attempt).rejects.toThrow(/GetObject failed (with 500|after)/)
      expect(await plain.tagsOf(key)).toEqual({})
    }
  })

  it('is read again if S3 asks for a retry in the middle of a stream', async () => {
    const bytes = randomBytes(5 * MIB)
    const { object } = await plain.land(bytes, 'application/octet-stream')
    const { seen, fetch } = reads(async (_read, count) => (count === 3 ? busy() : undefined))
    const verdict = await plain.judge(object, {
      fetch,
      effects: { wait: async () => undefined },
      scan: async (each) => ((await bytesOf(each)).equals(bytes) ? 'clean' : { infected: 'other' }),
    })
    expect(verdict).toMatchObject({ verdict: 'verified' })
    // The first is the look at the object's type.
    expect(seen).toHaveLength(4)
  })
})
