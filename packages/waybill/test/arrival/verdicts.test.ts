import { gzipSync } from 'node:zlib'
import { BUCKET, type PutAround, SECRET, useLanding } from '@waybill/test-support/landing'
import * as samples from '@waybill/test-support/samples'
import { describe, expect, it } from 'vitest'
import type { RejectionReason, Verdict } from 'waybill/arrival'
import { createSeal } from '../../src/seal/seal.ts'

const landing = await useLanding()

/** The verdict, and that the object says the same of itself. */
async function expectVerdict(verdict: Verdict, reason?: RejectionReason): Promise<void> {
  const expected = reason ? { verdict: 'rejected', reason } : { verdict: 'verified' }
  expect(verdict).toMatchObject(expected)
  const tags = reason ? { waybill: 'rejected', 'waybill-reason': reason } : { waybill: 'verified' }
  expect(await landing.tagsOf(verdict.key)).toEqual(tags)
  expect(landing.published.at(-1)).toEqual(verdict)
}

/** Two tenants of one bucket; the events of a bucket go to both. */
it('ignores objects under another prefix, even if it deletes rejected ones', async () => {
  const key = 'tenant-b/a.txt'
  await landing.putObject(key, { bytes: 'mine', type: 'text/plain' })
  const verdict = await landing.judge(
    { bucket: BUCKET, key },
    { prefix: 'tenant-a/', rejected: 'delete' },
  )
  expect(verdict).toEqual({ verdict: 'skipped', bucket: BUCKET, key, reason: 'other-prefix' })
  expect(await landing.tagsOf(key)).toEqual({})
  expect(await landing.read(key)).toBeDefined()
})

it("keeps an unclaimed object's tag, which only the signer removes", async () => {
  const key = 'unclaimed.png'
  const tagging = 'waybill=pending&waybill-claim=2&waybill-old=1&mine=1'
  await landing.putObject(key, { bytes: samples.PNG, type: 'image/png', tagging })
  await landing.judge({ bucket: BUCKET, key })
  expect(await landing.tagsOf(key)).toEqual({
    ...{ waybill: 'rejected', 'waybill-reason': 'no-waybill' },
    ...{ 'waybill-claim': '2', mine: '1' },
  })
})

const HONEST: readonly (readonly [name: string, type: string, bytes: Uint8Array])[] = [
  ['a.png', 'image/png', samples.PNG],
  ['a.jpg', 'image/jpeg', samples.JPEG],
  ['a.gif', 'image/gif', samples.GIF],
  ['a.mp4', 'video/mp4', samples.MP4],
  ['a.mov', 'video/quicktime', samples.MOV],
  ['a.m4a', 'audio/mp4', samples.M4A],
  ['a.pdf', 'application/pdf', samples.PDF],
  ['a.zip', 'application/zip', samples.ZIP],
  ['a.zip', 'application/x-zip-compressed', samples.ZIP],
  ['a.csv', 'text/csv', samples.CSV],
  ['a.txt', 'text/plain', Buffer.from('how to write <script> in a page')],
  ['a.json', 'application/json', Buffer.from('{"a":1}')],
  ['a.svg', 'image/svg+xml', samples.SVG],
  ['script.svg', 'image/svg+xml', samples.SVG_WITH_SCRIPT],
  ['empty.txt', 'text/plain', new Uint8Array()],
  ['empty.bin', 'application/octet-stream', new Uint8Array()],
  ['anything.bin', 'application/octet-stream', samples.MP4],
]

const FALSE: readonly (readonly [string, string, string, Uint8Array, RejectionReason])[] = [
  ['an mp4 renamed .png', 'a.png', 'image/png', samples.MP4, 'content-differs'],
  ['a PNG renamed .mp4', 'a.mp4', 'video/mp4', samples.PNG, 'content-differs'],
  ['a PDF that says it is text', 'a.txt', 'text/plain', samples.PDF, 'content-differs'],
  ['a page that says it is a PNG', 'a.png', 'image/png', Buffer.from('<html>'), 'content-unproven'],
  ['text that says it is an mp4', 'a.mp4', 'video/mp4', samples.CSV, 'content-unproven'],
  ['a PNG of no bytes', 'a.png', 'image/png', new Uint8Array(), 'content-unproven'],
  ['an SVG that was cut off', 'a.svg', 'image/svg+xml', samples.SVG_CUT_OFF, 'content-differs'],
  ['a drawing that says it is a PNG', 'a.png', 'image/png', samples.SVG, 'content-unproven'],
  ['a picture that is a page too', 'a.gif', 'image/gif', samples.GIF_WITH_PAGE, 'active-content'],
  ['a film that is a page too', 'a.mp4', 'video/mp4', samples.MP4_WITH_PAGE, 'active-content'],
  ['a picture that is a PDF too', 'a.jpg', 'image/jpeg', samples.JPEG_WITH_PDF, 'active-content'],
  ['a picture with PHP in it', 'a.png', 'image/png', samples.PNG_WITH_PHP, 'active-content'],
]

describe('an object that matches its signature', () => {
  it.each(HONEST)('is verified (%s, %s)', async (name, type, bytes) => {
    const verdict = await landing.upload(name, type, bytes)
    await expectVerdict(verdict)
    expect(verdict).toMatchObject({ rule: 'any', owner: 'user-7', size: bytes.length, type })
  })
})

describe('an object that does not match its type', () => {
  it.each(FALSE)('is rejected: %s', async (_what, name, type, bytes, reason) => {
    await expectVerdict(await landing.upload(name, type, bytes), reason)
  })
})

describe('an object that was stored without the signer', () => {
  it('is rejected without a waybill', async () => {
    const verdict = await landing.putAround('stray.png', { bytes: samples.PNG, type: 'image/png' })
    await expectVerdict(verdict, 'no-waybill')
  })

  it('is ignored if that is configured', async () => {
    const count = landing.published.length
    const put = { bytes: samples.PNG, type: 'image/png' }
    const verdict = await landing.putAround('mine.png', put, { withoutWaybill: 'ignore' })
    expect(verdict).toEqual({
      verdict: 'skipped',
      bucket: BUCKET,
      key: 'mine.png',
      reason: 'no-waybill',
    })
    expect(await landing.tagsOf('mine.png')).toEqual({})
    expect(landing.published).toHaveLength(count)
  })

  it('is rejected with a forged waybill, even if others are ignored', async () => {
    const put = { bytes: samples.PNG, type: 'image/png', waybill: 'eyJhbGciOiJkaXIifQ..a.b.c' }
    for (const withoutWaybill of ['reject', 'ignore'] as const) {
      const verdict = await landing.putAround('forged.png', put, { withoutWaybill })
      await expectVerdict(verdict, 'waybill-invalid')
    }
  })

  it.each([{ prefix: 'other/' }, { bucket: 'another-bucket' }])(
    'is rejected with a waybill sealed for its key, but for another place: %j',
    async (other) => {
      const waybill = await createSeal(SECRET, { ...landing.options, ...other }).seal({
        rule: 'any',
        key: 'foreign.png',
        name: 'foreign.png',
        id: '',
        size: { min: samples.PNG.length, max: samples.PNG.length },
        type: 'image/png',
        strategy: 'post',
        metadata: {},
        grantedAt: new Date(0),
        expiration: new Date(Date.now() + 60_000),
      })
      const put = { bytes: samples.PNG, type: 'image/png', waybill }
      await expectVerdict(await landing.putAround('foreign.png', put), 'waybill-invalid')
    },
  )

  it("is rejected with another object's waybill", async () => {
    const { waybill } = await landing.land()
    const put = { bytes: samples.PNG, type: 'image/png', waybill }
    await expectVerdict(await landing.putAround('copied.png', put), 'waybill-of-another')
  })

  it('cannot bring its own verdict', async () => {
    const put = { bytes: samples.PNG, type: 'image/png', tagging: 'waybill=verified&team=video' }
    const verdict = await landing.putAround('bold.png', put)
    expect(verdict).toMatchObject({ verdict: 'rejected', reason: 'no-waybill' })
    expect(await landing.tagsOf('bold.png')).toEqual({
      waybill: 'rejected',
      'waybill-reason': 'no-waybill',
      team: 'video',
    })
  })

  /** Whoever has credentials of the account can take a waybill to its own key, and change the rest. */
  async function withOwnWaybill(size: number, sha256: string | undefined) {
    const { fields } = await landing.sign('a.png', 'image/png', size, sha256)
    return { key: fields.key ?? '', waybill: fields['x-amz-meta-waybill'] ?? '' }
  }

  const GZIP = gzipSync(samples.PNG)
  const INVOICE = 'attachment; filename="invoice.exe"'

  it.each<[string, Omit<PutAround, 'waybill'>, RejectionReason]>([
    ['is truncated', { bytes: samples.PNG.subarray(0, -12) }, 'size-differs'],
    ['is empty', { bytes: '' }, 'size-differs'],
    ['has another content type', { bytes: samples.PNG, type: 'text/html' }, 'type-differs'],
    ['has an encoding, whatever that hides', { bytes: GZIP, encoding: 'gzip' }, 'type-differs'],
    ['sets a download name', { bytes: samples.PNG, disposition: INVOICE }, 'type-differs'],
  ])('is rejected if it %s', async (_what, put, reason) => {
    const size = put.encoding ? GZIP.length : samples.PNG.length
    const { key, waybill } = await withOwnWaybill(size, undefined)
    const verdict = await landing.putAround(key, { type: 'image/png', ...put, waybill })
    await expectVerdict(verdict, reason)
  })

  it('is rejected if its SHA-256 differs, even if S3 has none', async () => {
    const { key, waybill } = await withOwnWaybill(samples.PNG.length, btoa('x'.repeat(32)))
    const put = { bytes: samples.PNG, type: 'image/png', waybill }
    await expectVerdict(await landing.putAround(key, put), 'checksum-differs')
  })
})

describe('arrival', () => {
  it('reaches the same verdict twice, with the same id', async () => {
    const { object } = await landing.land()
    const first = await landing.judge(object)
    const second = await landing.judge(object)
    expect(second).toEqual(first)
    await expectVerdict(second)
  })

  it('opens waybills sealed with the previous secret', async () => {
    const verdict = await landing.upload('a.png', 'image/png', samples.PNG)
    const object = { bucket: BUCKET, key: verdict.key }
    const secret = ['the newer secret of thirty-two characters', SECRET]
    expect(await landing.judge(object, { secret })).toMatchObject({ verdict: 'verified' })
  })

  it('deletes rejected objects if configured, after publishing', async () => {
    const { object } = await landing.land(samples.MP4)
    const told: string[] = []
    const verdict = await landing.judge(object, {
      rejected: 'delete',
      publish: async ({ key }) => void told.push(String((await landing.read(key)) !== undefined)),
    })
    expect(verdict).toMatchObject({ verdict: 'rejected', deleted: true })
    expect(told).toEqual(['true'])
    expect(await landing.read(object.key)).toBeUndefined()
  })

  it('keeps a verified object with that setting, too', async () => {
    const { key } = await landing.upload('a.png', 'image/png', samples.PNG)
    await landing.judge({ bucket: BUCKET, key }, { rejected: 'delete' })
    expect(await landing.read(key)).toEqual(new Uint8Array(samples.PNG))
  })

  it('publishes nothing about a deleted or overwritten object', async () => {
    const gone = { bucket: BUCKET, key: 'never-was.png' }
    expect(await landing.judge(gone)).toMatchObject({ verdict: 'skipped', reason: 'gone' })
    const { key } = await landing.upload('a.png', 'image/png', samples.PNG)
    const older = { bucket: BUCKET, key, etag: 'd41d8cd98f00b204e9800998ecf8427e' }
    expect(await landing.judge(older)).toMatchObject({ verdict: 'skipped', reason: 'gone' })
  })

  it('throws without a verdict if publishing fails, so that the event is retried', async () => {
    const { key } = await landing.upload('a.png', 'image/png', samples.PNG)
    const failing = {
      publish: async () => {
        throw new Error('the bus is away')
      },
    }
    await expect(landing.judge({ bucket: BUCKET, key }, failing)).rejects.toThrow('the bus is away')
  })

  it("throws for an object in another bucket, and for another bucket's credentials", async () => {
    await expect(landing.judge({ bucket: 'other', key: 'a' })).rejects.toThrow(/bucket 'other'/)
    const credentials = { accessKeyId: 'waybill-local', secretAccessKey: 'wrong' }
    const attempt = landing.judge({ bucket: BUCKET, key: 'a' }, { credentials })
    await expect(attempt).rejects.toThrow()
  })
})
