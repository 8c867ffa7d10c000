/**
 * Whatever lands in the configured bucket that is not what was signed: each gets its verdict, and nobody reads it
 * before or after.
 *
 * @module
 */

import { PutObjectCommand } from '@aws-sdk/client-s3'
import { GIF_WITH_PAGE, MP4, PNG, SVG_CUT_OFF } from '@waybill/test-support/samples'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RejectionReason, ScanObject, Verdict } from 'waybill/arrival'
import { type ConfiguredBucket, send, startConfiguredBucket } from '../bucket/configured-bucket.ts'

let bucket: ConfiguredBucket

beforeAll(async () => {
  bucket = await startConfiguredBucket()
})
afterAll(() => bucket.close())

type Land = () => Promise<string>

/** Each lands in its own way, and says under which key. */
const CASES: readonly (readonly [what: string, reason: RejectionReason, land: Land])[] = [
  ['an mp4 renamed .png', 'content-differs', () => bucket.upload(MP4, 'a.png', 'image/png')],
  [
    'an SVG that was cut off',
    'content-differs',
    () => bucket.upload(SVG_CUT_OFF, 'a.svg', 'image/svg+xml'),
  ],
  [
    'a picture that is a page too',
    'active-content',
    () => bucket.upload(GIF_WITH_PAGE, 'a.gif', 'image/gif'),
  ],
  [
    'a picture of no bytes',
    'content-unproven',
    () => bucket.upload(new Uint8Array(), 'a.png', 'image/png'),
  ],
  ['a truncated picture', 'size-differs', putTruncated],
  ['an object put around the signer', 'no-waybill', putAround],
]

/** S3 refuses it as a form, so it comes from somebody who has credentials, with the waybill of the whole. */
async function putTruncated(): Promise<string> {
  const form = await bucket.sign('a.png', 'image/png', PNG.length)
  expect(await send(form, PNG.subarray(0, -12))).toBe(400)
  const { key = '', 'x-amz-meta-waybill': waybill = '' } = form.fields
  const object = { Bucket: bucket.bucket, Key: key, Body: PNG.subarray(0, -12) }
  const more = { ContentType: 'image/png', Metadata: { waybill } }
  await bucket.as('administrator').send(new PutObjectCommand({ ...object, ...more }))
  return key
}

async function putAround(): Promise<string> {
  const object = { Bucket: bucket.bucket, Key: 'uploads/stray.png', Body: PNG }
  await bucket
    .as('administrator')
    .send(new PutObjectCommand({ ...object, ContentType: 'image/png' }))
  return object.Key
}

describe('an object in the configured bucket that does not match its signature', () => {
  it.each(CASES)('gets its verdict and is never readable: %s', async (_what, reason, land) => {
    const key = await land()
    await expectUnreadable(key)
    expect(await bucket.judgeLatest()).toMatchObject({ key, verdict: 'rejected', reason })
    await expectUnreadable(key)
  })
})

/** Each an object that is what was signed, and whose scan has not called it clean. */
const SCANS: readonly (readonly [what: string, verdict: object, judge: () => Promise<Verdict>])[] =
  [
    [
      'malware that a scanner of its own finds',
      { verdict: 'rejected', reason: 'malware' },
      () => bucket.judgeLatest({ scan: async () => ({ infected: 'Eicar-Test' }) }),
    ],
    [
      'what that cannot scan',
      { verdict: 'not-scanned', reason: 'TOO_LARGE' },
      () => bucket.judgeLatest({ scan: async () => ({ notScanned: 'TOO_LARGE' }) }),
    ],
    [
      'malware that GuardDuty finds',
      { verdict: 'rejected', reason: 'malware' },
      () => bucket.judgeLatest({ requireScan: true }, 'THREATS_FOUND'),
    ],
    [
      'what GuardDuty failed to scan',
      { verdict: 'not-scanned', reason: 'FAILED' },
      () => bucket.judgeLatest({ requireScan: true }, 'FAILED'),
    ],
  ]

async function expectUnreadable(key: string): Promise<void> {
  for (const user of ['reader', 'administrator'] as const) {
    expect(await bucket.read(user, key)).toBe('AccessDenied')
  }
}

describe('an object in the configured bucket whose scan is not clean', () => {
  it.each(SCANS)('is never readable: %s', async (_what, verdict, judge) => {
    const key = await bucket.upload(PNG, 'a.png', 'image/png')
    expect(await judge()).toMatchObject({ key, ...verdict })
    await expectUnreadable(key)
  })

  it('is not readable while its scan fails, and becomes readable once a retry is clean', async () => {
    const key = await bucket.upload(PNG, 'a.png', 'image/png')
    const down: ScanObject = async () => Promise.reject(new Error('clamd is down'))
    await expect(bucket.judgeLatest({ scan: down })).rejects.toThrow('clamd is down')
    await expectUnreadable(key)
    const clean: ScanObject = async () => 'clean'
    expect(await bucket.judgeLatest({ scan: clean })).toMatchObject({ verdict: 'verified' })
    expect(await bucket.read('reader', key)).toBe('read')
  })
})
