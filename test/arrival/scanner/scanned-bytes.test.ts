/**
 * Which bytes a scanner gets: those that are judged, as fast as it takes them, or none.
 *
 * @module
 */

import { randomBytes } from 'node:crypto'
import { PutBucketVersioningCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ArrivalOptions, ArrivedObject, ObjectToScan } from 'waybill/arrival'
import { BUCKET, type Landing, sendForm, startLanding } from '../landing.ts'

const MIB = 1024 ** 2
const NAME = ['a.bin', 'application/octet-stream'] as const
/** Two files of one MD5, by Wang and Yu. */
const COLLISION = [
  ['87', '71', 'f2', 'b4', 'a8', '2b'],
  ['07', 'f1', '72', '34', '28', 'ab'],
].map(([a, b, c, d, e, f]) =>
  Buffer.from(
    `d131dd02c5e6eec4693d9a0698aff95c2fcab5${a}12467eab4004583eb8fb7f89` +
      `55ad340609f4b30283e4888325${b}415a085125e8f7cdc99fd91dbd${c}80373c5b` +
      `d8823e3156348f5bae6dacd436c919c6dd53e2${d}87da03fd02396306d248cda0` +
      `e99f33420f577ee8ce54b67080${e}0d1ec69821bcb6a8839396f965${f}6ff72a70`,
    'hex',
  ),
) as [Buffer, Buffer]

let landing: Landing
let versioned: Landing

beforeAll(async () => {
  landing = await startLanding()
  versioned = await startLanding()
  const VersioningConfiguration = { Status: 'Enabled' } as const
  await versioned.client.send(
    new PutBucketVersioningCommand({ Bucket: BUCKET, VersioningConfiguration }),
  )
})
afterAll(async () => {
  await landing.close()
  await versioned.close()
})

/** A form that does not pin the bytes, sent with the first of them. */
async function land(to: Landing, bytes: Uint8Array) {
  const form = await to.sign(...NAME, bytes.length)
  const send = (other: Uint8Array) => sendForm(form, new Blob([new Uint8Array(other)]))
  await send(bytes)
  return { object: latest(to), key: form.fields.key ?? '', send }
}

function latest(of: Landing): ArrivedObject {
  const object = of.landed.at(-1)
  if (!object) throw new Error('nothing has landed')
  return object
}

async function bytesOf(object: ObjectToScan): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of object.open()) chunks.push(chunk)
  return Buffer.concat(chunks)
}

interface Read {
  readonly range: string
  readonly ifMatch: string | undefined
  readonly versionId: string | null
}

/** Tells which ranges of objects are read. */
function reads(
  before: (read: Read, count: number) => Promise<Response | undefined> | undefined = () =>
    undefined,
) {
  const seen: Read[] = []
  const spied: typeof fetch = async (input, init) => {
    const headers = new Headers(init?.headers)
    const range = headers.get('range')
    if (range !== null) {
      const versionId = new URL(String(input)).searchParams.get('versionId')
      seen.push({ range, ifMatch: headers.get('if-match') ?? undefined, versionId })
      const instead = await before(seen[seen.length - 1] as Read, seen.length)
      if (instead) return instead
    }
    return fetch(input, init)
  }
  return { seen, fetch: spied }
}

const RANGES = ['bytes=0-4194303', 'bytes=4194304-8388607', 'bytes=8388608-9437185']

describe('what a scanner reads', () => {
  it('are all bytes, in ranges of one version and ETag, each time that it opens them', async () => {
    const bytes = randomBytes(9 * MIB + 2)
    const { object } = await land(versioned, bytes)
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

  it('is nothing of an empty object, without a request', async () => {
    const { object } = await land(landing, new Uint8Array())
    const { seen, fetch } = reads()
    const lengths: number[] = []
    const verdict = await landing.judge(object, {
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

  it('comes from S3 no faster than it reads, and no more than it wants', async () => {
    const { object } = await land(landing, randomBytes(9 * MIB))
    const { seen, fetch } = reads()
    const counts: number[] = []
    const verdict = await landing.judge(object, {
      fetch,
      scan: async (each) => {
        const before = seen.length
        const reader = each.open().getReader()
        // Long enough for a stream that reads ahead to have begun.
        await fetch(landing.s3.endpoint)
        counts.push(seen.length - before)
        await reader.read()
        await fetch(landing.s3.endpoint)
        counts.push(seen.length - before)
        await reader.cancel()
        await fetch(landing.s3.endpoint)
        counts.push(seen.length - before)
        return { infected: 'in the first bytes' }
      },
    })
    expect(counts).toEqual([0, 1, 1])
    expect(verdict).toMatchObject({ reason: 'malware' })
  })

  it('ends when the scan has ended, whoever still reads', async () => {
    const { object } = await land(landing, randomBytes(9 * MIB))
    const opened: ObjectToScan[] = []
    await landing.judge(object, {
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

/** What careless scanners make of a stream that fails. */
const CARELESS: readonly (readonly [string, ArrivalOptions['scan']])[] = [
  [
    'calls it clean',
    async (each) => {
      await bytesOf(each).catch(() => undefined)
      return 'clean'
    },
  ],
  [
    'throws an error of its own',
    async (each) => {
      await bytesOf(each).catch(() => Promise.reject(new Error('the stream broke')))
      return 'clean'
    },
  ],
  [
    'says that it could not be scanned',
    async (each) =>
      bytesOf(each).then(
        () => 'clean' as const,
        () => ({ notScanned: 'UNREADABLE' }),
      ),
  ],
]

describe('an object that is replaced while it is scanned', () => {
  it.each(CARELESS)('is scanned anew, also where the scanner %s', async (_what, scan) => {
    const { object, send } = await land(landing, randomBytes(5 * MIB))
    const other = randomBytes(5 * MIB)
    let replaced = false
    const { fetch } = reads(async ({ range }) => {
      if (range !== 'bytes=4194304-5242879' || replaced) return undefined
      replaced = true
      await send(other)
      return undefined
    })
    const { bucket, key } = object
    const verdict = await landing.judge({ bucket, key }, { scan, fetch } as Partial<ArrivalOptions>)
    expect(replaced).toBe(true)
    expect(verdict).toMatchObject({ verdict: 'verified', etag: latest(landing).etag })
    expect(other.equals((await landing.read(key)) ?? Buffer.alloc(0))).toBe(true)
  })

  it('does not keep what was found in the older bytes', async () => {
    const { object, key, send } = await land(landing, randomBytes(100))
    const other = randomBytes(100)
    const found: (string | undefined)[] = []
    const verdict = await landing.judge(
      { bucket: object.bucket, key },
      {
        scan: async (each) => {
          const bytes = await bytesOf(each)
          found.push(each.etag)
          if (bytes.equals(other)) return 'clean'
          await send(other)
          return { infected: 'the first bytes' }
        },
      },
    )
    expect(found).toEqual([object.etag, latest(landing).etag])
    expect(verdict).toMatchObject({ verdict: 'verified' })
    expect((await landing.tagsOf(key)).waybill).toBe('verified')
  })

  it('stays unverified when clean were the older bytes', async () => {
    const { object, key, send } = await land(landing, randomBytes(100))
    const other = randomBytes(100)
    const verdict = await landing.judge(
      { bucket: object.bucket, key },
      {
        scan: async (each) => {
          if ((await bytesOf(each)).equals(other)) return { infected: 'the later bytes' }
          await send(other)
          return 'clean'
        },
      },
    )
    expect(verdict).toMatchObject({ reason: 'malware' })
    expect((await landing.tagsOf(key)).waybill).toBe('rejected')
  })

  it('is the version of its event all the same, in a bucket with versions', async () => {
    const bytes = randomBytes(100)
    const { object, send } = await land(versioned, bytes)
    await send(randomBytes(100))
    const verdict = await versioned.judge(object, {
      scan: async (each) => ((await bytesOf(each)).equals(bytes) ? 'clean' : { infected: 'other' }),
    })
    expect(verdict).toMatchObject({ verdict: 'verified', versionId: object.versionId })
  })
})

describe('an object that S3 does not give', () => {
  const busy = () => new Response('<Error><Code>InternalError</Code></Error>', { status: 500 })
  const short = () => new Response('too short', { status: 206 })

  it.each(CARELESS)('is not decided upon, also where the scanner %s', async (_what, scan) => {
    for (const instead of [busy, short]) {
      const { object, key } = await land(landing, randomBytes(5 * MIB))
      const { fetch } = reads(async ({ range }) =>
        range.startsWith('bytes=4194304-') ? instead() : undefined,
      )
      const options = { scan, fetch, effects: { wait: async () => undefined } }
      const attempt = landing.judge(object, options as Partial<ArrivalOptions>)
      await expect(attempt).rejects.toThrow(/storage (answered 500|gave 9 bytes of 1048576)/)
      expect(await landing.tagsOf(key)).toEqual({})
    }
  })

  it('is read again when S3 asks for that, in the middle of a stream', async () => {
    const bytes = randomBytes(5 * MIB)
    const { object } = await land(landing, bytes)
    const { seen, fetch } = reads(async (_read, count) => (count === 3 ? busy() : undefined))
    const verdict = await landing.judge(object, {
      fetch,
      effects: { wait: async () => undefined },
      scan: async (each) => ((await bytesOf(each)).equals(bytes) ? 'clean' : { infected: 'other' }),
    })
    expect(verdict).toMatchObject({ verdict: 'verified' })
    // The first is the look at the object's type.
    expect(seen).toHaveLength(4)
  })
})

describe('bytes that take the place of others during their scan', () => {
  it('are scanned themselves, though they have the same ETag', async () => {
    const [harmless, other] = COLLISION
    const { object, send } = await land(landing, harmless)
    const scanned: Buffer[] = []
    const verdict = await landing.judge(object, {
      scan: async (each) => {
        scanned.push(await bytesOf(each))
        if (scanned.length > 1) return { infected: 'of the same MD5' }
        await send(other)
        return 'clean'
      },
    })
    expect(latest(landing).etag).toBe(object.etag)
    expect(scanned.map((bytes) => bytes.equals(other))).toEqual([false, true])
    expect(verdict).toMatchObject({ verdict: 'rejected', reason: 'malware' })
  })
})
