import { randomBytes } from 'node:crypto'
import { useLanding } from '@waybill/test-support/landing'
import { describe, expect, it } from 'vitest'
import type { ArrivalOptions } from 'waybill/arrival'
import { bytesOf, CARELESS, MIB, reads } from './reading-scanner.ts'

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

const plain = await useLanding()
const versioned = await useLanding('Enabled')

describe('an object that is replaced during its scan', () => {
  it.each(CARELESS)('is scanned again, even if the scanner %s', async (_what, scan) => {
    const { object, send } = await plain.land(randomBytes(5 * MIB), 'application/octet-stream')
    const other = randomBytes(5 * MIB)
    let replaced = false
    const { fetch } = reads(async ({ range }) => {
      if (range !== 'bytes=4194304-5242879' || replaced) return undefined
      replaced = true
      await send(other)
      return undefined
    })
    const { bucket, key } = object
    const verdict = await plain.judge({ bucket, key }, { scan, fetch } as Partial<ArrivalOptions>)
    expect(replaced).toBe(true)
    expect(verdict).toMatchObject({ verdict: 'verified', etag: plain.landed.at(-1)?.etag })
    expect(other.equals((await plain.read(key)) ?? Buffer.alloc(0))).toBe(true)
  })

  it('does not keep findings from the older bytes', async () => {
    const { object, key, send } = await plain.land(randomBytes(100), 'application/octet-stream')
    const other = randomBytes(100)
    const found: (string | undefined)[] = []
    const verdict = await plain.judge(
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
    expect(found).toEqual([object.etag, plain.landed.at(-1)?.etag])
    expect(verdict).toMatchObject({ verdict: 'verified' })
    expect((await plain.tagsOf(key)).waybill).toBe('verified')
  })

  it('stays unverified if only the older bytes were clean', async () => {
    const { object, key, send } = await plain.land(randomBytes(100), 'application/octet-stream')
    const other = randomBytes(100)
    const verdict = await plain.judge(
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
    expect((await plain.tagsOf(key)).waybill).toBe('rejected')
  })

  it("is still its event's version in a versioned bucket", async () => {
    const bytes = randomBytes(100)
    const { object, send } = await versioned.land(bytes, 'application/octet-stream')
    await send(randomBytes(100))
    const verdict = await versioned.judge(object, {
      scan: async (each) => ((await bytesOf(each)).equals(bytes) ? 'clean' : { infected: 'other' }),
    })
    expect(verdict).toMatchObject({ verdict: 'verified', versionId: object.versionId })
  })
})

describe('bytes that replace others during their scan', () => {
  it('are scanned themselves, even with the same ETag', async () => {
    const [harmless, other] = COLLISION
    const { object, send } = await plain.land(harmless, 'application/octet-stream')
    const scanned: Buffer[] = []
    const verdict = await plain.judge(object, {
      scan: async (each) => {
        scanned.push(await bytesOf(each))
        if (scanned.length > 1) return { infected: 'of the same MD5' }
        await send(other)
        return 'clean'
      },
    })
    expect(plain.landed.at(-1)?.etag).toBe(object.etag)
    expect(scanned.map((bytes) => bytes.equals(other))).toEqual([false, true])
    expect(verdict).toMatchObject({ verdict: 'rejected', reason: 'malware' })
  })
})
