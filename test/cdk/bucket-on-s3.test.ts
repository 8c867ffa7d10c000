/**
 * The synthesised bucket's settings in force: loaded into the local S3, which enforces them.
 *
 * @module
 */

import {
  CreateMultipartUploadCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ArrivedObject, createArrival, readObjectEvent } from 'waybill/arrival'
import { type LocalS3, startLocalS3 } from 'waybill/local-s3'
import { presignUrl, signRequest } from 'waybill/s3'
import { createSigner } from 'waybill/signer'
import { MP4, PNG } from '../arrival/samples.ts'
import { loadBucket } from './load-bucket.ts'
import { ORIGIN, only, REGION, type Synthesised, synthesise } from './synthesised.ts'

const SECRET = 'a secret of more than thirty-two characters'
const MINUTE_MS = 60_000

/** Users of the local S3 that stand for the stack's roles; all of them may do what the bucket does not deny. */
const USERS = ['administrator', 'signer', 'arrival', 'reader'] as const
type User = (typeof USERS)[number]

let s3: LocalS3
let stack: Synthesised
let bucket: string
let minutesLater = 0
const clients = new Map<User, S3Client>()
const landed: ArrivedObject[] = []

beforeAll(async () => {
  stack = await synthesise()
  bucket = only(stack, 'AWS::S3::BucketPolicy').Properties.Bucket
  s3 = await startLocalS3({
    region: REGION,
    buckets: [bucket],
    credentials: USERS.map(credentialsOf),
    now: () => new Date(Date.now() + minutesLater * MINUTE_MS),
  })
  s3.onObjectCreated((event) => landed.push(readObjectEvent(event)))
  const { region, endpoint } = s3
  for (const user of USERS) {
    const credentials = credentialsOf(user)
    clients.set(user, new S3Client({ region, endpoint, credentials, forcePathStyle: true }))
  }
  await loadBucket(as('administrator'), stack, {
    // The local S3 is spoken to without TLS here; access.test.ts has the statements that demand it.
    without: /SecureTransport|TlsVersion/,
    users: { SignerRole: 'signer', ArrivalRole: 'arrival' },
  })
})
afterAll(async () => {
  for (const client of clients.values()) client.destroy()
  await s3.close()
})

function credentialsOf(user: User) {
  return { accessKeyId: user, secretAccessKey: `secret-of-${user}` }
}

function as(user: User): S3Client {
  const client = clients.get(user)
  if (!client) throw new Error(`${user} has no client`)
  return client
}

const where = () => ({ bucket, region: s3.region, endpoint: s3.endpoint })

/** Uploads by a signed form, as a browser does, with the pending tag as the stack's signer has it. @returns The key. */
async function upload(bytes: Uint8Array): Promise<string> {
  const signer = createSigner({
    ...where(),
    credentials: credentialsOf('signer'),
    secret: SECRET,
    pendingTag: true,
    allowedOrigins: [ORIGIN],
    rules: {
      film: {
        types: ['video/mp4'],
        maxSize: 1000,
        form: true,
        key: ({ id }) => `uploads/${id}/film.mp4`,
      },
    },
  })
  const query = { name: 'film.mp4', type: 'video/mp4', size: String(bytes.length) }
  const { body } = await signer.handle({ method: 'GET', path: '', query, headers: {} })
  const { url, fields } = JSON.parse(body).presignedPost
  const form = new FormData()
  for (const [name, value] of Object.entries<string>(fields)) form.append(name, value)
  form.append('file', new Blob([new Uint8Array(bytes)]))
  expect((await fetch(url, { method: 'POST', body: form })).status).toBe(204)
  return fields.key
}

async function judgeLatest(): Promise<string> {
  const object = landed.at(-1)
  if (!object) throw new Error('nothing has landed')
  expect(object.versionId).toBeDefined()
  const arrival = createArrival({
    ...where(),
    credentials: credentialsOf('arrival'),
    secret: SECRET,
  })
  return (await arrival.judge(object)).verdict
}

async function read(user: User, Key: string): Promise<string> {
  try {
    await as(user).send(new GetObjectCommand({ Bucket: bucket, Key }))
    return 'read'
  } catch (error) {
    return error instanceof Error ? error.name : 'failed'
  }
}

/** By the server's own clock, however far it was put on; the SDK's is this machine's. */
async function statusLater(days: number, key: string): Promise<number> {
  try {
    minutesLater = days * 24 * 60
    const { url, headers } = await signRequest({
      ...where(),
      method: 'HEAD',
      key,
      credentials: credentialsOf('signer'),
      now: () => new Date(Date.now() + minutesLater * MINUTE_MS),
    })
    return (await fetch(url, { method: 'HEAD', headers })).status
  } finally {
    minutesLater = 0
  }
}

function preflight(origin: string, method: string): Promise<Response> {
  return fetch(`${s3.endpoint}/${bucket}/uploads/a`, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': method,
      'access-control-request-headers': 'content-type',
    },
  })
}

describe('the synthesised bucket on the local S3', () => {
  it('keeps an upload unreadable until it is verified, for everybody but those who judge', async () => {
    const key = await upload(MP4)
    expect(await read('reader', key)).toBe('AccessDenied')
    expect(await read('administrator', key)).toBe('AccessDenied')
    expect(await read('signer', key)).toBe('read')
    expect(await judgeLatest()).toBe('verified')
    expect(await read('reader', key)).toBe('read')
  })

  it('keeps a rejected upload unreadable', async () => {
    const key = await upload(PNG)
    expect(await judgeLatest()).toBe('rejected')
    expect(await read('reader', key)).toBe('AccessDenied')
    expect(await read('administrator', key)).toBe('AccessDenied')
  })

  it('takes no verdict but from arrival, neither later nor along with an object', async () => {
    const Key = await upload(PNG)
    const TagSet = [{ Key: 'waybill', Value: 'verified' }]
    const pending = { Bucket: bucket, Key: 'uploads/bold', Body: 'x', Tagging: 'waybill=pending' }
    await expect(as('reader').send(new PutObjectCommand(pending))).rejects.toMatchObject({
      name: 'AccessDenied',
    })
    for (const user of ['administrator', 'reader', 'signer'] as const) {
      const tag = new PutObjectTaggingCommand({ Bucket: bucket, Key, Tagging: { TagSet } })
      await expect(as(user).send(tag)).rejects.toMatchObject({ name: 'AccessDenied' })
      const put = new PutObjectCommand({
        Bucket: bucket,
        Key: 'uploads/bold',
        Body: 'x',
        Tagging: 'waybill=verified',
      })
      await expect(as(user).send(put)).rejects.toMatchObject({ name: 'AccessDenied' })
    }
  })

  it('lets in what the signer signs as pending, in one request or in parts', async () => {
    const Key = await upload(MP4)
    const tags = await as('arrival').send(new GetObjectTaggingCommand({ Bucket: bucket, Key }))
    expect(tags.TagSet).toEqual([{ Key: 'waybill', Value: 'pending' }])
    const begin = { Bucket: bucket, Key: 'uploads/parts', Tagging: 'waybill=pending' }
    const { UploadId } = await as('signer').send(new CreateMultipartUploadCommand(begin))
    expect(UploadId).toBeDefined()
  })

  it('expires what nobody judged after a week, and keeps what was verified', async () => {
    const verified = await upload(MP4)
    expect(await judgeLatest()).toBe('verified')
    const rejected = await upload(PNG)
    expect(await judgeLatest()).toBe('rejected')
    const unjudged = await upload(MP4)
    const all = [verified, rejected, unjudged]
    const statuses = async (days: number) => {
      const found: number[] = []
      for (const key of all) found.push(await statusLater(days, key))
      return found
    }
    expect(await statuses(6)).toEqual([200, 200, 200])
    expect(await statuses(9)).toEqual([200, 404, 404])
  })

  it('makes an overwritten object unreadable again', async () => {
    const Key = await upload(MP4)
    await judgeLatest()
    await as('administrator').send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'other' }))
    expect(await read('reader', Key)).toBe('AccessDenied')
    expect(await judgeLatest()).toBe('rejected')
    expect(await read('reader', Key)).toBe('AccessDenied')
  })

  it('takes an old signature within the hour and not after it', async () => {
    const { url } = await presignUrl({
      ...where(),
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

  it('answers nobody who does not sign', async () => {
    const key = await upload(MP4)
    await judgeLatest()
    expect((await fetch(`${s3.endpoint}/${bucket}/${key}`)).status).toBe(403)
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
