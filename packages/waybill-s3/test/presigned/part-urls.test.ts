import { UploadPartCommand } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type PartWindow, partOf, partUrl, planParts, presignParts, presignUrl } from 'waybill-s3'
import { webDigest } from '../../src/sigv4/digest.ts'
import { credentials, date, expiresInSeconds, key, location, text } from './arbitraries.ts'
import { sdkClient, sdkRequest, sdkSigner } from './sdk.ts'

const MIB = 1024 ** 2

const plan = fc
  .tuple(fc.integer({ min: 1, max: 50_000_000_000_000 }), fc.integer({ min: 5, max: 5120 }))
  .map(([size, mib]) => planParts(size, mib * MIB))

/** A window somewhere in a plan, and a part somewhere in the window. */
const upload = plan
  .chain((parts) =>
    fc.record({ plan: fc.constant(parts), from: fc.integer({ min: 1, max: parts.partCount }) }),
  )
  .chain(({ plan, from }) =>
    fc.record({
      plan: fc.constant(plan),
      from: fc.constant(from),
      count: fc.integer({ min: 1, max: 40 }),
      partNumber: fc.integer({ min: from, max: Math.min(from + 39, plan.partCount) }),
    }),
  )
  .map((window) => ({
    ...window,
    count: Math.max(window.count, window.partNumber - window.from + 1),
  }))

const signing = fc.record({ location, credentials, key, uploadId: text, date, expiresInSeconds })

const fixed = {
  bucket: 'examplebucket',
  region: 'eu-west-1',
  key: 'a.mp4',
  uploadId: 'VXBsb2FkIElE',
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'token/+==' },
  plan: planParts(1000 * MIB, 8 * MIB),
  now: () => new Date('2026-01-31T12:00:00Z'),
}

describe('presignParts and partUrl', () => {
  it('return the URL that presignUrl returns for the part alone, with its exact length signed', async () => {
    await fc.assert(
      fc.asyncProperty(signing, upload, async (signing, { partNumber, ...upload }) => {
        const { location, date, uploadId, ...rest } = signing
        const options = { ...location, ...rest, now: () => date }
        const window = await presignParts({ ...options, ...upload, uploadId })
        const alone = await presignUrl({
          ...options,
          method: 'PUT',
          query: { partNumber: String(partNumber), uploadId },
          headers: { 'Content-Length': String(partOf(upload.plan, partNumber).size) },
        })
        expect(partUrl(window, partNumber)).toBe(alone.url)
        expect(window.expiration).toEqual(alone.expiration)
      }),
    )
  })

  it("match the AWS SDK's signature", async () => {
    await fc.assert(
      fc.asyncProperty(signing, upload, async (signing, { partNumber, ...upload }) => {
        const { location, date, uploadId, ...rest } = signing
        const options = { ...location, ...rest, now: () => date }
        const window = await presignParts({ ...options, ...upload, uploadId })
        const unsigned = sdkRequest({
          ...options,
          method: 'PUT',
          query: { partNumber: String(partNumber), uploadId },
          headers: { 'content-length': String(partOf(upload.plan, partNumber).size) },
        })
        // Tells the SDK that the payload is not signed; S3 takes that for granted of a presigned URL.
        unsigned.headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD'
        const payloadHash = new Set(['x-amz-content-sha256'])
        const theirs = await sdkSigner(location, rest.credentials).presign(unsigned, {
          expiresIn: rest.expiresInSeconds,
          signingDate: date,
          unhoistableHeaders: payloadHash,
          unsignableHeaders: payloadHash,
        })
        const query = new URL(partUrl(window, partNumber)).searchParams
        expect(Object.fromEntries(query)).toEqual(theirs.query)
      }),
    )
  })

  it("differ from the SDK's presigned UploadPart only by omitting its two needless parameters", async () => {
    const window = await presignParts({ ...fixed, from: 1, count: 2, expiresInSeconds: 60 })
    const command = new UploadPartCommand({
      Bucket: fixed.bucket,
      Key: fixed.key,
      UploadId: fixed.uploadId,
      PartNumber: 2,
      ContentLength: 8 * MIB,
    })
    const theirs = new URL(
      await getSignedUrl(sdkClient(fixed, fixed.credentials), command, {
        expiresIn: 60,
        signingDate: fixed.now(),
        unhoistableHeaders: new Set(['content-length']),
      }),
    )
    const ours = new URL(partUrl(window, 2))
    expect(ours.origin + ours.pathname).toBe(theirs.origin + theirs.pathname)
    const names = [...ours.searchParams.keys(), 'X-Amz-Content-Sha256', 'x-id']
    expect([...theirs.searchParams.keys()].sort()).toEqual(names.sort())
    for (const name of ['X-Amz-Signature', 'X-Amz-Content-Sha256', 'x-id']) {
      ours.searchParams.delete(name)
      theirs.searchParams.delete(name)
    }
    expect(Object.fromEntries(ours.searchParams)).toEqual(Object.fromEntries(theirs.searchParams))
  })

  it('return the same window with Web Crypto', async () => {
    const options = { ...fixed, from: 5, count: 7 }
    const web = await presignParts({ ...options, digest: webDigest() })
    expect(web).toEqual(await presignParts(options))
  })
})

describe('presignParts', () => {
  it('ends the window with the plan', async () => {
    const { from, count } = await presignParts({ ...fixed, from: 120, count: 100 })
    expect([from, count]).toEqual([120, fixed.plan.partCount - 119])
  })

  it('signs 10,000 parts in less than 450 KB', async () => {
    const plan = planParts(50_000_000_000_000, 5 * MIB)
    const credentials = { ...fixed.credentials, sessionToken: 't'.repeat(800) }
    const window = await presignParts({ ...fixed, credentials, plan, from: 1, count: 10_000 })
    expect(JSON.stringify(window).length).toBeLessThan(450_000)
    expect(partUrl(window, window.count)).toContain(`partNumber=${window.count}&`)
  })

  it.each([
    [0, 1, 'partNumber is 0, expected 1 to 125'],
    [126, 1, 'partNumber is 126, expected 1 to 125'],
    [1.5, 1, 'partNumber is 1.5, expected 1 to 125'],
    [1, 0, 'count is 0, expected at least 1'],
    [1, Number.NaN, 'count is NaN, expected at least 1'],
  ])('rejects a window from %s of %s parts', async (from, count, message) => {
    await expect(presignParts({ ...fixed, from, count })).rejects.toThrow(new RangeError(message))
  })
})

describe('partUrl', () => {
  const window: PartWindow = {
    from: 3,
    count: 2,
    url: 'https://h/%7BpartNumber%7D?partNumber={partNumber}&X-Amz-Signature={signature}',
    signatures: 'A'.repeat(86),
    headers: {},
    expiration: new Date(0),
  }

  it.each([2, 5, 3.5, Number.NaN])('rejects part %s, which is outside the window', (part) => {
    expect(() => partUrl(window, part)).toThrow(
      new RangeError(`partNumber is ${part}, the window holds 3 to 4`),
    )
  })

  it.each([
    ['too few', 'A'.repeat(80)],
    ['cut', 'A'.repeat(81)],
    ['none', ''],
    ['other', `${'A'.repeat(85)}*`],
  ])('rejects %s signatures', (_, signatures) => {
    expect(() => partUrl({ ...window, signatures }, 4)).toThrow(
      new RangeError('signatures do not hold part 4'),
    )
  })
})
