import { createHash, randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { Agent } from 'node:https'
import { join } from 'node:path'
import {
  CopyObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { type StrictS3, startStrictS3 } from 'strict-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exchange } from '../../../../test/conformance/request/raw-request.ts'
import { System } from '../../../../test/conformance/system.ts'
import { canMakeCertificates, makeCertificate } from '../certificate.ts'
import { clientOf, start } from '../start.ts'

const Bucket = 'uploads'
const KEY = randomBytes(32)
const MD5 = createHash('md5').update(KEY).digest()
const SSE = { SSECustomerAlgorithm: 'AES256', SSECustomerKey: KEY.toString('base64') }
const SOURCE = {
  CopySourceSSECustomerAlgorithm: 'AES256',
  CopySourceSSECustomerKey: KEY.toString('base64'),
}
const MARK = 'a text that would be found on the disk'

describe.skipIf(!canMakeCertificates)('a customer-provided key', () => {
  const log: string[] = []
  let certificate: Awaited<ReturnType<typeof makeCertificate>>
  let dir: string
  let server: StrictS3
  let client: S3Client

  async function startAgain(): Promise<void> {
    server = await startStrictS3({
      dir,
      buckets: [Bucket],
      tls: certificate,
      log: (line, entry) => log.push(line, JSON.stringify(entry)),
    })
    client = clientFor(server)
  }

  function clientFor(of: StrictS3): S3Client {
    const requestHandler = { httpsAgent: new Agent({ ca: certificate.cert }) }
    return clientOf(of, { requestHandler })
  }

  beforeAll(async () => {
    certificate = await makeCertificate()
    dir = temporaryFolder('waybill-customer-keys-')
    await startAgain()
    const rule = {
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' as const },
      BlockedEncryptionTypes: { EncryptionType: ['NONE' as const] },
    }
    const ServerSideEncryptionConfiguration = { Rules: [rule] }
    await client.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration }))
  })

  afterAll(() => server.close())

  const HEADERS = {
    'x-amz-server-side-encryption-customer-algorithm': 'AES256',
    'x-amz-server-side-encryption-customer-key': KEY.toString('base64'),
    'x-amz-server-side-encryption-customer-key-md5': MD5.toString('base64'),
  }

  const put = (Key: string, Body: Uint8Array | string) =>
    client.send(new PutObjectCommand({ Bucket, Key, Body, ...SSE }))

  async function read(Key: string, more: { Range?: string } = {}): Promise<Buffer> {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, ...SSE, ...more }))
    return Buffer.from((await Body?.transformToByteArray()) ?? [])
  }

  async function onDisk(): Promise<readonly Buffer[]> {
    const entries = await readdir(dir, { recursive: true, withFileTypes: true })
    const files = entries.filter((entry) => entry.isFile())
    return Promise.all(files.map((file) => readFile(join(file.parentPath, file.name))))
  }

  it('encrypts what is on disk, which contains neither the key nor its MD5', async () => {
    await put('one', MARK)
    await client.send(new PutObjectCommand({ Bucket, Key: 'control', Body: 'not encrypted' }))
    const files = await onDisk()
    const isThere = (bytes: Buffer | string) => files.some((file) => file.includes(bytes))
    expect(isThere('not encrypted')).toBe(true)
    expect(isThere(MARK)).toBe(false)
    for (const secret of [KEY, MD5]) {
      expect(isThere(secret)).toBe(false)
      for (const encoding of ['base64', 'hex'] as const) {
        expect(isThere(secret.toString(encoding))).toBe(false)
      }
    }
  })

  it('encrypts the same bytes differently each time', async () => {
    const zeros = Buffer.alloc(64)
    await put('zeros-1', zeros)
    await put('zeros-2', zeros)
    const starts = (await onDisk()).map((file) => file.subarray(0, 64).toString('hex'))
    expect(new Set(starts).size).toBe(starts.length)
  })

  it('still opens objects after a restart', async () => {
    await put('kept', MARK)
    await server.close()
    await startAgain()
    expect((await read('kept')).toString()).toBe(MARK)
  })

  it('returns any range of a multipart object', async () => {
    const Body = randomBytes(11 * 1024 * 1024)
    await new Upload({ client, params: { Bucket, Key: 'parts', Body, ...SSE } }).done()
    expect((await read('parts')).equals(Body)).toBe(true)
    const border = 5 * 1024 * 1024
    for (const [from, to] of [
      [0, 0],
      [15, 17],
      [border - 1, border],
      [border + 7, border + 400_000],
      [2 * border - 5, 2 * border + 5],
      [Body.length - 1, Body.length - 1],
    ] as const) {
      const some = await read('parts', { Range: `bytes=${from}-${to}` })
      expect(some.equals(Body.subarray(from, to + 1)), `bytes ${from} to ${to}`).toBe(true)
    }
  })

  it('returns an empty object', async () => {
    await put('empty', '')
    expect(await read('empty')).toHaveLength(0)
  })

  it('copies a large object to an unencrypted one', async () => {
    const Body = randomBytes(3 * 1024 * 1024)
    await put('source', Body)
    const CopySource = `${Bucket}/source`
    await client.send(new CopyObjectCommand({ Bucket, Key: 'plain', CopySource, ...SOURCE }))
    const { Body: stored } = await client.send(new GetObjectCommand({ Bucket, Key: 'plain' }))
    expect(Buffer.from((await stored?.transformToByteArray()) ?? []).equals(Body)).toBe(true)
    const head = new HeadObjectCommand({ Bucket, Key: 'plain' })
    expect(await client.send(head)).toMatchObject({ ServerSideEncryption: 'AES256' })
  })

  it('opens an object through a presigned URL, with the key in headers', async () => {
    await put('signed', MARK)
    const url = await getSignedUrl(client, new GetObjectCommand({ Bucket, Key: 'signed', ...SSE }))
    const { pathname, search, host } = new URL(url)
    const request = { method: 'GET', path: pathname + search, headers: { host, ...HEADERS } }
    const reply = await exchange(server.endpoint, request, certificate.cert)
    expect(reply).toMatchObject({ status: 200, body: Buffer.from(MARK) })
  })

  it('never appears in the log, even if the signature does not match', async () => {
    const system = new System({ ...server, ca: certificate.cert }, Bucket)
    const headers = HEADERS
    const credentials = { ...server.credentials, secretAccessKey: 'wrong' }
    const ask = { method: 'PUT', key: 'x', body: 'x', credentials }
    const replies = [
      await system.reply({ ...ask, headers }),
      await system.send(await system.presigned({ ...ask, query: headers })),
      await system.reply({ ...ask, headers, secondsAgo: 10_000 }),
    ]
    expect(replies.map(({ code }) => code)).toEqual([
      'SignatureDoesNotMatch',
      'SignatureDoesNotMatch',
      'RequestTimeTooSkewed',
    ])
    const text = log.join('\n')
    expect(text).toContain('x-amz-server-side-encryption-customer-key:…')
    expect(text).not.toContain(KEY.toString('base64'))
    expect(text).not.toContain(encodeURIComponent(KEY.toString('base64')))
  })

  it('does not appear in the log with Signature Version 2 either', async () => {
    const sigv2 = await start({ tls: certificate })
    const headers = {
      date: new Date().toUTCString(),
      authorization: `AWS ${sigv2.server.credentials.accessKeyId}:d3Jvbmc=`,
      'x-amz-server-side-encryption-customer-key': KEY.toString('base64'),
    }
    const raw = {
      method: 'GET',
      path: `/${Bucket}/x`,
      headers: { host: sigv2.system.host, ...headers },
    }
    const reply = await exchange(sigv2.server.endpoint, raw, certificate.cert)
    expect(reply.code).toBe('SignatureDoesNotMatch')
    const text = JSON.stringify([sigv2.lines, sigv2.entries])
    expect(text).toContain('customer-key:…')
    expect(text).not.toContain(KEY.toString('base64'))
  })

  it('is explained in the log when a bucket does not accept it', async () => {
    const { server: other, lines } = await start({ tls: certificate })
    await expect(
      clientFor(other).send(new PutObjectCommand({ Bucket, Key: 'x', Body: 'x', ...SSE })),
    ).rejects.toMatchObject({ name: 'AccessDenied' })
    expect(lines.at(-1)).toContain('PutBucketEncryption with BlockedEncryptionTypes NONE')
  })
})
