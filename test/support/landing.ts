/**
 * A place where objects land: the local S3, a signer for its bucket, and arrival on the events of that S3.
 *
 * @module
 */

import {
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { type StrictS3, startStrictS3 } from 'strict-s3'
import { afterAll } from 'vitest'
import {
  type ArrivalOptions,
  type ArrivedObject,
  createArrival,
  readObjectEvent,
  type Verdict,
} from 'waybill/arrival'
import { createSigner } from 'waybill/signer'
import { MP4, PNG } from './samples.ts'
import { postForm } from './upload-form.ts'

export const BUCKET = 'uploads'
export const SECRET = 'a secret of more than thirty-two characters'

export interface Landing {
  readonly s3: StrictS3
  readonly client: S3Client
  readonly options: ArrivalOptions
  /** What was published. */
  readonly published: Verdict[]
  /** The events of this S3 so far, as arrival reads them. */
  readonly landed: ArrivedObject[]
  /** Sends a file as a browser would, and judges what landed. */
  upload(name: string, type: string, bytes: Uint8Array | string): Promise<Verdict>
  /** Sends a file with a form that does not pin its bytes, and does not judge it. */
  land(bytes?: Uint8Array, type?: string): Promise<Landed>
  /** Puts an object with the account's own credentials, and judges it. */
  putAround(key: string, put: PutAround, more?: Partial<ArrivalOptions>): Promise<Verdict>
  /** A form for such a file, signed and not yet sent. */
  sign(name: string, type: string, size: number, sha256?: string): Promise<SignedForm>
  judge(object: ArrivedObject, more?: Partial<ArrivalOptions>): Promise<Verdict>
  /** Puts an object with the account's own credentials. */
  putObject(key: string, put: PutAround): Promise<void>
  remove(key: string): Promise<void>
  tagsOf(key: string, versionId?: string): Promise<Record<string, string>>
  read(key: string): Promise<Uint8Array | undefined>
  close(): Promise<void>
}

/** Of the same length, so that one form stores either: it does not pin the bytes. */
export const HONEST = Buffer.concat([PNG, Buffer.alloc(Math.max(0, MP4.length - PNG.length))])
export const FALSE = Buffer.concat([MP4, Buffer.alloc(Math.max(0, PNG.length - MP4.length))])

export interface Landed {
  readonly key: string
  readonly waybill: string
  /** The event. */
  readonly object: ArrivedObject
  /** Sends other bytes of the same length with the same form. @returns Their event. */
  send(bytes: Uint8Array): Promise<ArrivedObject>
}

export interface PutAround {
  readonly bytes: Uint8Array | string
  readonly type?: string
  readonly encoding?: string
  readonly disposition?: string
  readonly waybill?: string
  readonly tagging?: string
}

export interface SignedForm {
  readonly url: string
  readonly fields: Readonly<Record<string, string>>
}

export async function startLanding(): Promise<Landing> {
  const s3 = await startStrictS3({ buckets: [BUCKET] })
  const landed: ArrivedObject[] = []
  const published: Verdict[] = []
  s3.onObjectCreated((event) => landed.push(readObjectEvent(event)))
  const { region, endpoint, credentials } = s3
  const options: ArrivalOptions = {
    bucket: BUCKET,
    region,
    endpoint,
    credentials,
    secret: SECRET,
    publish: async (verdict) => void published.push(verdict),
  }
  const client = new S3Client({ region, endpoint, credentials, forcePathStyle: true })
  const judge = (object: ArrivedObject, more = {}) =>
    createArrival({ ...options, ...more }).judge(object)
  const latest = () => {
    const last = landed.at(-1)
    if (!last) throw new Error('nothing has landed')
    return last
  }
  const sign = signWith(options)
  const land: Landing['land'] = async (bytes = PNG, type = 'image/png') => {
    const form = await sign('a.png', type, bytes.length)
    const send = async (sent: Uint8Array) => {
      await sendForm(form, new Blob([new Uint8Array(sent)]))
      return latest()
    }
    const { key = '', 'x-amz-meta-waybill': waybill = '' } = form.fields
    return { key, waybill, object: await send(bytes), send }
  }
  return {
    s3,
    client,
    options,
    published,
    landed,
    judge,
    sign,
    land,
    upload: async (name, type, bytes) => {
      const blob = new Blob([bytes as BlobPart])
      await sendForm(await sign(name, type, blob.size, await sha256Of(blob)), blob)
      return judge(latest())
    },
    putAround: async (key, put, more) => {
      await putObject(client, key, put)
      return judge(latest(), more)
    },
    putObject: (key, put) => putObject(client, key, put),
    remove: async (key) => {
      await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: key }))
    },
    tagsOf: (key, versionId) => tagsOf(client, key, versionId),
    read: (key) => read(client, key),
    close: async () => {
      client.destroy()
      await s3.close()
    },
  }
}

/** One for all tests of a file. */
export async function useLanding(versioning?: 'Enabled'): Promise<Landing> {
  const landing = await startLanding()
  afterAll(() => landing.close())
  if (versioning) await setVersioning(landing, versioning)
  return landing
}

export async function setVersioning({ client }: Landing, Status: 'Enabled' | 'Suspended') {
  const versioning = { Bucket: BUCKET, VersioningConfiguration: { Status } }
  await client.send(new PutBucketVersioningCommand(versioning))
}

/** A signer's forms, for a bucket with or without a landing. */
export function signWith({
  bucket,
  region,
  endpoint,
  credentials,
}: Pick<ArrivalOptions, 'bucket' | 'region' | 'endpoint' | 'credentials'>) {
  const signer = createSigner({
    bucket,
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    credentials,
    secret: SECRET,
    allowedOrigins: [],
    rules: {
      // Whatever a rule might allow: arrival is what is tested here.
      any: {
        types: ['*/*', 'image/svg+xml', 'text/html'],
        maxSize: '10 MiB',
        authorize: () => ({ owner: 'user-7' }),
        form: true,
      },
    },
  })
  /** What `GET` signs, which has no SHA-256. */
  const signForm = async (query: Readonly<Record<string, string>>): Promise<SignedForm> => {
    const { status, body } = await signer.handle({ method: 'GET', path: '', query, headers: {} })
    if (status !== 200) throw new Error(body)
    return JSON.parse(body).presignedPost
  }
  return async (name: string, type: string, size: number, sha256?: string) => {
    if (sha256 === undefined) return signForm({ name, type, size: String(size) })
    const file = { name, type, size, sha256 }
    const { status, body } = await signer.handle({
      method: 'POST',
      path: '',
      query: {},
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ files: [file] }),
    })
    const [upload] = JSON.parse(body).uploads ?? []
    if (status !== 201 || upload?.strategy !== 'post') throw new Error(body)
    return upload.presignedPost as SignedForm
  }
}

export async function sendForm(form: SignedForm, blob: Blob): Promise<void> {
  const response = await postForm(form, blob)
  if (response.status !== 204) throw new Error(await response.text())
}

async function sha256Of(blob: Blob): Promise<string> {
  return Buffer.from(await crypto.subtle.digest('SHA-256', await blob.arrayBuffer())).toString(
    'base64',
  )
}

async function putObject(client: S3Client, key: string, put: PutAround): Promise<void> {
  await client.send(
    new PutObjectCommand({
      Bucket: BUCKET,
      Key: key,
      Body: put.bytes,
      ContentType: put.type,
      ContentEncoding: put.encoding,
      ContentDisposition: put.disposition,
      Tagging: put.tagging,
      ...(put.waybill === undefined ? {} : { Metadata: { waybill: put.waybill } }),
    }),
  )
}

async function tagsOf(
  client: S3Client,
  key: string,
  versionId?: string,
): Promise<Record<string, string>> {
  const tagging = new GetObjectTaggingCommand({ Bucket: BUCKET, Key: key, VersionId: versionId })
  const { TagSet = [] } = await client.send(tagging)
  return Object.fromEntries(TagSet.map(({ Key = '', Value = '' }) => [Key, Value]))
}

async function read(client: S3Client, key: string): Promise<Uint8Array | undefined> {
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key: key }))
    return await Body?.transformToByteArray()
  } catch {
    return undefined
  }
}
