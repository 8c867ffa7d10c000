/**
 * The synthesised bucket on the local S3: its settings loaded, users for the stack's roles, a signer and arrival that
 * have no more than those.
 *
 * @module
 */

import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { postForm } from '@waybill/test-support/upload-form'
import { type StrictS3, startStrictS3 } from 'strict-s3'
import { expect } from 'vitest'
import {
  type ArrivalOptions,
  type ArrivedObject,
  createArrival,
  readObjectEvent,
  type Verdict,
} from 'waybill/arrival'
import { createSigner } from 'waybill/signer'
import { ORIGIN, only, REGION, synthesise } from '../synthesised.ts'
import { loadBucket } from './load-bucket.ts'

const SECRET = 'a secret of more than thirty-two characters'

/** Users of the local S3 that stand for the stack's roles; all of them may do what the bucket does not deny. */
const USERS = ['administrator', 'signer', 'arrival', 'reader'] as const
export type User = (typeof USERS)[number]

export interface SignedForm {
  readonly url: string
  readonly fields: Readonly<Record<string, string>>
}

export interface ConfiguredBucket {
  readonly bucket: string
  readonly s3: StrictS3
  /** Of the bucket, for what signs. */
  readonly where: { readonly bucket: string; readonly region: string; readonly endpoint: string }
  as(user: User): S3Client
  /** By the stack's signer, with the pending tag. */
  sign(name: string, type: string, size: number): Promise<SignedForm>
  /** Uploads by a signed form, as a browser does. @returns The key. */
  upload(bytes: Uint8Array, name?: string, type?: string): Promise<string>
  /** What arrival says of what has landed last. @param scanResult - As GuardDuty's event has it. */
  judgeLatest(
    more?: Pick<ArrivalOptions, 'scan' | 'requireScan'>,
    scanResult?: string,
  ): Promise<Verdict>
  /** @returns `read`, or the name of S3's error. */
  read(user: User, key: string): Promise<string>
  close(): Promise<void>
}

export function credentialsOf(user: User) {
  return { accessKeyId: user, secretAccessKey: `secret-of-${user}` }
}

/** @param now - The clock of the S3. */
export async function startConfiguredBucket(now = () => new Date()): Promise<ConfiguredBucket> {
  const stack = await synthesise()
  const bucket: string = only(stack, 'AWS::S3::BucketPolicy').Properties.Bucket
  const credentials = USERS.map(credentialsOf)
  const s3 = await startStrictS3({ region: REGION, buckets: [bucket], credentials, now })
  const { region, endpoint } = s3
  const where = { bucket, region, endpoint }
  const landed: ArrivedObject[] = []
  s3.onObjectCreated((event) => landed.push(readObjectEvent(event)))
  const as = clientsFor(where)
  await loadBucket(as('administrator'), stack, {
    // The local S3 is spoken to without TLS here; access.test.ts has the statements that demand it.
    without: /SecureTransport|TlsVersion/,
    users: { SignerRole: 'signer', ArrivalRole: 'arrival' },
  })
  const sign = formsBy(where)
  return {
    bucket,
    s3,
    where,
    as,
    sign,
    upload: async (bytes, name = 'film.mp4', type = 'video/mp4') => {
      const form = await sign(name, type, bytes.length)
      expect(await send(form, bytes)).toBe(204)
      return form.fields.key ?? ''
    },
    judgeLatest: async (more = {}, scanResult) => {
      const object = landed.at(-1)
      if (!object) throw new Error('nothing has landed')
      expect(object.versionId).toBeDefined()
      const options = { ...where, credentials: credentialsOf('arrival'), secret: SECRET }
      const reported = { ...object, ...(scanResult === undefined ? {} : { scanResult }) }
      return createArrival({ ...options, ...more }).judge(reported)
    },
    read: async (user, Key) => {
      try {
        await as(user).send(new GetObjectCommand({ Bucket: bucket, Key }))
        return 'read'
      } catch (error) {
        return error instanceof Error ? error.name : 'failed'
      }
    },
    close: async () => {
      for (const user of USERS) as(user).destroy()
      await s3.close()
    },
  }
}

/** @returns The status. */
export async function send(form: SignedForm, bytes: Uint8Array): Promise<number> {
  return (await postForm(form, new Uint8Array(bytes))).status
}

function clientsFor({ region, endpoint }: ConfiguredBucket['where']): ConfiguredBucket['as'] {
  const clients = new Map<User, S3Client>()
  return (user) => {
    const credentials = credentialsOf(user)
    const client =
      clients.get(user) ?? new S3Client({ region, endpoint, credentials, forcePathStyle: true })
    clients.set(user, client)
    return client
  }
}

function formsBy(where: ConfiguredBucket['where']): ConfiguredBucket['sign'] {
  const signer = createSigner({
    ...where,
    credentials: credentialsOf('signer'),
    secret: SECRET,
    pendingTag: true,
    allowedOrigins: [ORIGIN],
    rules: {
      film: {
        types: ['video/mp4', 'image/*', 'image/svg+xml'],
        maxSize: 100_000,
        form: true,
        public: true,
        key: ({ id, name }) => `uploads/${id}/${name}`,
      },
    },
  })
  return async (name, type, size) => {
    const query = { name, type, size: String(size) }
    const { body } = await signer.handle({ method: 'GET', path: '', query, headers: {} })
    return JSON.parse(body).presignedPost
  }
}
