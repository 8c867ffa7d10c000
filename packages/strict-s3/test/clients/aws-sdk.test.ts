import { createHash, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
  S3ServiceException,
  UploadPartCommand,
  waitUntilBucketExists,
  waitUntilObjectExists,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { createPresignedPost } from '@aws-sdk/s3-presigned-post'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { type StrictS3, startStrictS3 } from 'strict-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { startChecksum } from '../../src/checksums/checksum.ts'
import { clientOf } from '../start.ts'

const MIB = 1024 * 1024
const Bucket = 'uploads'
const NAMES = [
  'plain.txt',
  'spaces and +plus.txt',
  'ünïcödé/日本語 🎬.mp4',
  "quote'd & <tagged>%41.bin",
]

/** For the algorithms that the SDK has no code for. Of MD5 it still makes a `Content-MD5`. */
const CHECKSUM_ALGORITHMS = Object.fromEntries(
  (['SHA512', 'XXHASH3', 'XXHASH64', 'XXHASH128'] as const).map((name) => {
    const running = async () => startChecksum(name)
    return [
      name,
      class {
        #running = running()
        #updates = Promise.resolve()
        update(chunk: Uint8Array): void {
          this.#updates = this.#updates.then(async () => (await this.#running).update(chunk))
        }
        async digest(): Promise<Uint8Array> {
          await this.#updates
          return (await this.#running).digest()
        }
        reset(): void {
          this.#running = running()
        }
      },
    ]
  }),
)

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

let server: StrictS3
let client: S3Client

beforeAll(async () => {
  server = await startStrictS3({ buckets: [Bucket] })
  client = clientOf(server)
  return () => server.close()
})

describe('the AWS SDK', () => {
  it.each(NAMES)('puts and gets %s', async (Key) => {
    const Body = randomBytes(100_000)
    await client.send(new PutObjectCommand({ Bucket, Key, Body }))
    const { Body: stored } = await client.send(new GetObjectCommand({ Bucket, Key }))
    expect(sha256((await stored?.transformToByteArray()) ?? new Uint8Array())).toBe(sha256(Body))
  })

  it('puts a stream in unsigned chunks with a trailing checksum', async () => {
    const Body = Readable.from([randomBytes(70_000), randomBytes(70_000)])
    const put = new PutObjectCommand({ Bucket, Key: 'stream', Body, ContentLength: 140_000 })
    await client.send(put)
    const head = new HeadObjectCommand({ Bucket, Key: 'stream', ChecksumMode: 'ENABLED' })
    expect(await client.send(head)).toMatchObject({
      ContentLength: 140_000,
      ChecksumCRC32: expect.any(String),
    })
  })

  it.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const)(
    'has its %s verified when uploading, and verifies it when downloading',
    async (ChecksumAlgorithm) => {
      const Body = randomBytes(1000)
      await client.send(new PutObjectCommand({ Bucket, Key: 'sum', Body, ChecksumAlgorithm }))
      const get = new GetObjectCommand({ Bucket, Key: 'sum', ChecksumMode: 'ENABLED' })
      const { Body: stored } = await client.send(get)
      expect(await stored?.transformToByteArray()).toEqual(new Uint8Array(Body))
    },
  )

  it.each(['SHA512', 'XXHASH3', 'XXHASH64', 'XXHASH128'] as const)(
    'has its %s verified when an external implementation computes it',
    async (ChecksumAlgorithm) => {
      const able = clientOf(server, { checksumAlgorithms: CHECKSUM_ALGORITHMS })
      const Body = randomBytes(1000)
      await able.send(new PutObjectCommand({ Bucket, Key: 'sum', Body, ChecksumAlgorithm }))
      const head = new HeadObjectCommand({ Bucket, Key: 'sum', ChecksumMode: 'ENABLED' })
      expect(await able.send(head)).toHaveProperty(`Checksum${ChecksumAlgorithm}`)
      // `Upload` does not pass these checksums on to CompleteMultipartUpload, which S3 requires.
      const create = new CreateMultipartUploadCommand({ Bucket, Key: 'parts', ChecksumAlgorithm })
      const { UploadId } = await able.send(create)
      const address = { Bucket, Key: 'parts', UploadId }
      const sent = { ...address, PartNumber: 1, Body, ChecksumAlgorithm }
      const part = { ...(await able.send(new UploadPartCommand(sent))), PartNumber: 1 }
      const MultipartUpload = { Parts: [part] }
      const complete = new CompleteMultipartUploadCommand({ ...address, MultipartUpload })
      expect(await able.send(complete)).toMatchObject({ ChecksumType: 'COMPOSITE' })
    },
  )

  it.each([undefined, 'CRC32', 'CRC64NVME', 'SHA256'] as const)(
    'uploads in parts with a %s checksum',
    async (ChecksumAlgorithm) => {
      const Body = randomBytes(11 * MIB)
      const params = { Bucket, Key: 'parts', Body, ...(ChecksumAlgorithm && { ChecksumAlgorithm }) }
      await new Upload({ client, params }).done()
      const { Body: stored } = await client.send(new GetObjectCommand({ Bucket, Key: 'parts' }))
      expect(sha256((await stored?.transformToByteArray()) ?? new Uint8Array())).toBe(sha256(Body))
    },
  )

  it('uploads in parts when it sends checksums only where they are required', async () => {
    const sparing = clientOf(server, { requestChecksumCalculation: 'WHEN_REQUIRED' })
    const Body = randomBytes(11 * MIB)
    await new Upload({ client: sparing, params: { Bucket, Key: 'sparing', Body } }).done()
    const { Body: stored } = await client.send(new GetObjectCommand({ Bucket, Key: 'sparing' }))
    expect(sha256((await stored?.transformToByteArray()) ?? new Uint8Array())).toBe(sha256(Body))
  })

  it('pages, waits and deletes', async () => {
    const name = 'paging'
    await client.send(new CreateBucketCommand({ Bucket: name }))
    await waitUntilBucketExists({ client, maxWaitTime: 10 }, { Bucket: name })
    for (let index = 0; index < 5; index += 1) {
      await client.send(new PutObjectCommand({ Bucket: name, Key: `k${index}`, Body: 'x' }))
    }
    await waitUntilObjectExists({ client, maxWaitTime: 10 }, { Bucket: name, Key: 'k4' })
    const keys: string[] = []
    for await (const page of paginateListObjectsV2({ client, pageSize: 2 }, { Bucket: name })) {
      keys.push(...(page.Contents ?? []).map((each) => each.Key ?? ''))
    }
    expect(keys).toEqual(['k0', 'k1', 'k2', 'k3', 'k4'])
    const Objects = keys.map((Key) => ({ Key }))
    await client.send(new DeleteObjectsCommand({ Bucket: name, Delete: { Objects } }))
    const { KeyCount } = await client.send(new ListObjectsV2Command({ Bucket: name }))
    expect(KeyCount).toBe(0)
  })

  it('parses errors into its own classes', async () => {
    const missing = client.send(new GetObjectCommand({ Bucket, Key: 'nothing' }))
    await expect(missing).rejects.toMatchObject({
      name: 'NoSuchKey',
      $metadata: { httpStatusCode: 404 },
    })
    const credentials = { ...server.credentials, secretAccessKey: 'wrong' }
    const wrong = clientOf(server, { credentials })
    const refused = wrong.send(new ListObjectsV2Command({ Bucket }))
    await expect(refused).rejects.toBeInstanceOf(S3ServiceException)
    await expect(refused).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' })
  })

  it('presigns a PUT and a GET', async () => {
    const put = await getSignedUrl(client, new PutObjectCommand({ Bucket, Key: 'signed' }))
    expect((await fetch(put, { method: 'PUT', body: 'hello' })).status).toBe(200)
    const get = await getSignedUrl(client, new GetObjectCommand({ Bucket, Key: 'signed' }))
    expect(await (await fetch(get)).text()).toBe('hello')
  })

  it('presigns a POST', async () => {
    const { url, fields } = await createPresignedPost(client, {
      Bucket,
      Key: 'posted/${filename}',
      Conditions: [['content-length-range', 1, 10]],
    })
    const form = new FormData()
    for (const [name, value] of Object.entries(fields)) form.append(name, value)
    form.append('file', new File(['hello'], 'me.txt'))
    expect((await fetch(url, { method: 'POST', body: form })).status).toBe(204)
    const head = new HeadObjectCommand({ Bucket, Key: 'posted/me.txt' })
    expect((await client.send(head)).ContentLength).toBe(5)
  })
})
