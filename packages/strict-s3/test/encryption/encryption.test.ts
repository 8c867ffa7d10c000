import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetBucketEncryptionCommand,
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import type { StrictS3 } from 'strict-s3'
import { beforeEach, describe, expect, it } from 'vitest'
import { byDefault, putEncryption } from '../../../../test/conformance/request/encryption-case.ts'
import { System } from '../../../../test/conformance/system.ts'
import { canMakeCertificates, makeCertificate } from '../certificate.ts'
import { changeRecord } from '../durability/stored-files.ts'
import { clientOf, start } from '../start.ts'

const Bucket = 'uploads'
const KEY = '1234abcd-12ab-34cd-56ef-1234567890ab'
const ARN = `arn:aws:kms:us-east-1:123456789012:key/${KEY}`
const UNDER_KEY = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: ARN, BucketKeyEnabled: true }

const kmsByDefault = new PutBucketEncryptionCommand({
  Bucket,
  ServerSideEncryptionConfiguration: {
    Rules: [
      {
        ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KEY },
        BucketKeyEnabled: true,
      },
    ],
  },
})

describe('startStrictS3', () => {
  let dir: string
  let server: StrictS3 | undefined
  let client: S3Client

  /** On the same directory, after a stop. */
  async function startAgain(): Promise<void> {
    await server?.close()
    server = (await start({ dir })).server
    client = clientOf(server)
  }

  beforeEach(async () => {
    dir = temporaryFolder('waybill-encryption-')
    await startAgain()
  })

  const head = (Key: string) => client.send(new HeadObjectCommand({ Bucket, Key }))

  it('remembers across a restart how an object and a bucket are encrypted', async () => {
    await client.send(new PutObjectCommand({ Bucket, Key: 'before', Body: 'x' }))
    await client.send(kmsByDefault)
    await client.send(new PutObjectCommand({ Bucket, Key: 'after', Body: 'x' }))
    await startAgain()
    expect(await head('before')).toMatchObject({ ServerSideEncryption: 'AES256' })
    expect(await head('after')).toMatchObject(UNDER_KEY)
    const { ServerSideEncryptionConfiguration: configuration } = await client.send(
      new GetBucketEncryptionCommand({ Bucket }),
    )
    expect(configuration?.Rules?.[0]).toMatchObject({
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KEY },
      BucketKeyEnabled: true,
    })
  })

  it('completes an upload after a restart under the key with which it began', async () => {
    const create = new CreateMultipartUploadCommand({
      Bucket,
      Key: 'parts',
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: KEY,
      BucketKeyEnabled: true,
    })
    const { UploadId } = await client.send(create)
    const address = { Bucket, Key: 'parts', UploadId }
    const part = new UploadPartCommand({ ...address, PartNumber: 1, Body: 'hello' })
    const { ETag } = await client.send(part)
    await startAgain()
    const Parts = [{ PartNumber: 1, ETag }]
    await client.send(
      new CompleteMultipartUploadCommand({ ...address, MultipartUpload: { Parts } }),
    )
    expect(await head('parts')).toMatchObject(UNDER_KEY)
  })

  it('writes the same records for SSE-S3 objects as it always has', async () => {
    await client.send(new PutObjectCommand({ Bucket, Key: 'plain', Body: 'x' }))
    const objects = join(dir, 'buckets', Bucket, 'objects')
    const [file = ''] = await readdir(objects)
    expect(await readFile(join(objects, file), 'latin1')).not.toContain('encryption')
  })
})

const CUSTOMER_KEY = {
  'x-amz-server-side-encryption-customer-algorithm': 'AES256',
  'x-amz-server-side-encryption-customer-key': Buffer.alloc(32, 'm').toString('base64'),
}

describe('a customer-provided key', () => {
  const writes = async (system: System) => [
    await system.signed({ method: 'PUT', key: 'a', body: 'x', headers: CUSTOMER_KEY }),
    await system.signed({
      method: 'POST',
      key: 'a',
      query: { uploads: '' },
      headers: CUSTOMER_KEY,
    }),
    await system.signed({
      method: 'PUT',
      key: 'a',
      headers: { ...CUSTOMER_KEY, 'x-amz-copy-source': 'uploads/plain' },
    }),
    await system.form({ fields: CUSTOMER_KEY }),
  ]

  it('is refused over HTTP', async () => {
    const { system } = await start()
    await system.put('plain', 'hello')
    for (const raw of await writes(system)) {
      const { body } = await system.expect(400, raw)
      expect(body.toString()).toMatch(/InvalidArgument.*must be made over a secure connection\./s)
    }
  })

  it.skipIf(!canMakeCertificates)('is refused over HTTPS, as in new buckets on AWS', async () => {
    const tls = await makeCertificate()
    const { server, lines } = await start({ tls })
    const system = new System({ ...server, ca: tls.cert }, 'uploads')
    await system.put('plain', 'hello')
    for (const raw of await writes(system)) {
      expect((await system.expect(403, raw)).code).toBe('AccessDenied')
      expect(lines.at(-1)).toContain('use SSE-S3 or SSE-KMS instead')
    }
    expect(await system.keys()).toEqual(['plain'])
  })

  it.each([
    ['NONE', 501, /NotImplemented.*use SSE-S3 or SSE-KMS instead/s],
    ['', 501, /NotImplemented/],
    ['SSE-C', 200, /^$/],
    ['SSE-S3', 400, /MalformedXML/],
  ])('cannot be allowed: blocking %j is answered with %i', async (type, status, body) => {
    const { system } = await start()
    const types = type && `<EncryptionType>${type}</EncryptionType>`
    const blocked = `<BlockedEncryptionTypes>${types}</BlockedEncryptionTypes>`
    const reply = await system.send(await putEncryption(system, byDefault('AES256', '', blocked)))
    expect(reply.status).toBe(status)
    expect(reply.body.toString()).toMatch(body)
  })
})

/** An earlier version encrypted such objects. */
describe('a directory with objects under customer-provided keys', () => {
  it('is loaded, and returns none of them', async () => {
    const dir = temporaryFolder('waybill-encryption-')
    const before = await start({ dir })
    await before.system.put('a', 'encrypted')
    const uploadId = await before.system.createUpload()
    const etag = await before.system.uploadPart(uploadId, 1, 'encrypted')
    await before.server.close()
    const bucket = join(dir, 'buckets/uploads')
    const [object = ''] = await readdir(join(bucket, 'objects'))
    const encryption = { algorithm: 'SSE-C', salt: 'c2FsdA==', check: 'Y2hlY2s=' }
    changeRecord(join(bucket, 'objects', object), (record) => ({ ...record, encryption }))
    const upload = join(bucket, 'uploads', uploadId, 'upload.json')
    const record: unknown = JSON.parse(await readFile(upload, 'utf8'))
    await writeFile(upload, JSON.stringify({ ...Object(record), encryption }))
    const { system } = await start({ dir })
    const copy = { 'x-amz-copy-source': 'uploads/a' }
    const query = { uploadId, partNumber: '2' }
    const attributes = { 'x-amz-object-attributes': 'ETag' }
    for (const raw of [
      await system.signed({ key: 'a' }),
      await system.signed({ key: 'a', headers: CUSTOMER_KEY }),
      await system.signed({ key: 'a', query: { attributes: '' }, headers: attributes }),
      await system.signed({ method: 'PUT', key: 'copy', headers: copy }),
      await system.signed({ method: 'PUT', key: system.key, query, body: 'x' }),
      await system.complete(uploadId, [[1, etag]]),
    ]) {
      const { code, body } = await system.expect(501, raw)
      expect([code, body.toString()]).toEqual([
        'NotImplemented',
        expect.stringContaining('earlier version stored this object: upload it again'),
      ])
    }
    await system.expectReply(501, { method: 'HEAD', key: 'a' })
    await system.expectReply(204, { method: 'DELETE', key: 'a' })
  })
})
