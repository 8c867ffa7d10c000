/**
 * The synthesised bucket's settings in force: loaded into the local S3, which enforces them.
 *
 * @module
 */

import {
  CreateMultipartUploadCommand,
  GetObjectTaggingCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3'
import { MP4, PNG } from '@waybill/test-support/samples'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { presignUrl, signRequest } from 'waybill-s3'
import { ORIGIN } from '../synthesised.ts'
import { type ConfiguredBucket, credentialsOf, startConfiguredBucket } from './configured-bucket.ts'

const MINUTE_MS = 60_000

let configured: ConfiguredBucket
let minutesLater = 0
const now = () => new Date(Date.now() + minutesLater * MINUTE_MS)

beforeAll(async () => {
  configured = await startConfiguredBucket(now)
})
afterAll(() => configured.close())

const verdictOfLatest = async () => (await configured.judgeLatest()).verdict

/** By the server's own clock, however far it was put on; the SDK's is this machine's. */
async function later(
  days: number,
  request: { method: 'HEAD' | 'GET'; key: string; versionId?: string },
) {
  try {
    minutesLater = days * 24 * 60
    const { versionId, ...rest } = request
    const { url, headers } = await signRequest({
      ...configured.where,
      ...rest,
      ...(versionId ? { query: { versionId } } : {}),
      credentials: credentialsOf('signer'),
      now,
    })
    return await fetch(url, { method: request.method, headers })
  } finally {
    minutesLater = 0
  }
}

const statusLater = async (days: number, key: string) =>
  (await later(days, { method: 'HEAD', key })).status

function preflight(origin: string, method: string): Promise<Response> {
  return fetch(`${configured.s3.endpoint}/${configured.bucket}/uploads/a`, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': method,
      'access-control-request-headers': 'content-type',
    },
  })
}

describe('the synthesized bucket on the local S3', () => {
  it('keeps an upload unreadable until it is verified, except for those who judge it', async () => {
    const key = await configured.upload(MP4)
    expect(await configured.read('reader', key)).toBe('AccessDenied')
    expect(await configured.read('administrator', key)).toBe('AccessDenied')
    expect(await configured.read('signer', key)).toBe('read')
    expect(await verdictOfLatest()).toBe('verified')
    expect(await configured.read('reader', key)).toBe('read')
  })

  it('keeps a rejected upload unreadable', async () => {
    const key = await configured.upload(PNG)
    expect(await verdictOfLatest()).toBe('rejected')
    expect(await configured.read('reader', key)).toBe('AccessDenied')
    expect(await configured.read('administrator', key)).toBe('AccessDenied')
  })

  it('accepts a verdict only from arrival, neither later nor along with an object', async () => {
    const Key = await configured.upload(PNG)
    const TagSet = [{ Key: 'waybill', Value: 'verified' }]
    const pending = {
      Bucket: configured.bucket,
      Key: 'uploads/bold',
      Body: 'x',
      Tagging: 'waybill=pending',
    }
    await expect(configured.as('reader').send(new PutObjectCommand(pending))).rejects.toMatchObject(
      {
        name: 'AccessDenied',
      },
    )
    for (const user of ['administrator', 'reader', 'signer'] as const) {
      const tag = new PutObjectTaggingCommand({
        Bucket: configured.bucket,
        Key,
        Tagging: { TagSet },
      })
      await expect(configured.as(user).send(tag)).rejects.toMatchObject({ name: 'AccessDenied' })
      const put = new PutObjectCommand({
        Bucket: configured.bucket,
        Key: 'uploads/bold',
        Body: 'x',
        Tagging: 'waybill=verified',
      })
      await expect(configured.as(user).send(put)).rejects.toMatchObject({ name: 'AccessDenied' })
    }
  })

  it('accepts uploads that the signer signs as pending, in one request or in parts', async () => {
    const Key = await configured.upload(MP4)
    const tags = await configured
      .as('arrival')
      .send(new GetObjectTaggingCommand({ Bucket: configured.bucket, Key }))
    expect(tags.TagSet).toEqual([{ Key: 'waybill', Value: 'pending' }])
    const begin = { Bucket: configured.bucket, Key: 'uploads/parts', Tagging: 'waybill=pending' }
    const { UploadId } = await configured.as('signer').send(new CreateMultipartUploadCommand(begin))
    expect(UploadId).toBeDefined()
  })

  it('expires rejected objects after a week and unjudged ones after two, and keeps verified ones', async () => {
    const verified = await configured.upload(MP4)
    expect(await verdictOfLatest()).toBe('verified')
    const rejected = await configured.upload(PNG)
    expect(await verdictOfLatest()).toBe('rejected')
    const unjudged = await configured.upload(MP4)
    const all = [verified, rejected, unjudged]
    const statuses = async (days: number) => {
      const found: number[] = []
      for (const key of all) found.push(await statusLater(days, key))
      return found
    }
    expect(await statuses(6)).toEqual([200, 200, 200])
    expect(await statuses(9)).toEqual([200, 404, 200])
    expect(await statuses(16)).toEqual([200, 404, 404])
  })

  it("keeps expired bytes for a day, rather than for an overwritten version's month", async () => {
    const key = await configured.upload(PNG)
    expect(await verdictOfLatest()).toBe('rejected')
    const head = await later(0, { method: 'HEAD', key })
    const versionId = head.headers.get('x-amz-version-id') ?? ''
    const status = async (days: number) =>
      (await later(days, { method: 'HEAD', key, versionId })).status
    expect(await statusLater(20, key)).toBe(404)
    expect(await status(20)).toBe(200)
    expect(await status(23)).toBe(404)
  })

  it('makes an overwritten object unreadable again', async () => {
    const Key = await configured.upload(MP4)
    await verdictOfLatest()
    await configured
      .as('administrator')
      .send(new PutObjectCommand({ Bucket: configured.bucket, Key, Body: 'other' }))
    expect(await configured.read('reader', Key)).toBe('AccessDenied')
    expect(await verdictOfLatest()).toBe('rejected')
    expect(await configured.read('reader', Key)).toBe('AccessDenied')
  })

  it('accepts an old signature for an hour, and no longer', async () => {
    const { url } = await presignUrl({
      ...configured.where,
      method: 'PUT',
      key: 'uploads/late',
      credentials: credentialsOf('signer'),
      expiresInSeconds: 7200,
    })
    try {
      minutesLater = 59
      expect((await fetch(url, { method: 'PUT', body: 'x' })).status).toBe(200)
      minutesLater = 61
      const late = await fetch(url, { method: 'PUT', body: 'x' })
      expect(late.status).toBe(403)
      expect(await late.text()).toContain('AccessDenied')
    } finally {
      minutesLater = 0
    }
  })

  it('answers only signed requests', async () => {
    const key = await configured.upload(MP4)
    await verdictOfLatest()
    expect((await fetch(`${configured.s3.endpoint}/${configured.bucket}/${key}`)).status).toBe(403)
  })

  it('lets its origins, and no others, post forms, put parts and read checksums', async () => {
    for (const method of ['POST', 'PUT', 'GET']) {
      const allowed = await preflight(ORIGIN, method)
      expect(allowed.status).toBe(200)
      expect(allowed.headers.get('access-control-allow-origin')).toBe(ORIGIN)
      const exposed = allowed.headers.get('access-control-expose-headers')?.toLowerCase()
      expect(exposed).toContain('x-amz-checksum-crc64nvme')
    }
    expect((await preflight('https://evil.example', 'POST')).status).toBe(403)
    expect((await preflight(ORIGIN, 'DELETE')).status).toBe(403)
  })
})
