/**
 * Settings by environment variables, as a container has them.
 *
 * Slow: each test starts the program.
 *
 * @module
 */

import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { ListBucketsCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { temporaryDirectory } from '@waybill/test-support/waybill-process'
import { describe, expect, it } from 'vitest'
import { clientAt, fileWith, LOCAL, refusal, startS3 } from './program.ts'

const OWN = { AWS_ACCESS_KEY_ID: 'own', AWS_SECRET_ACCESS_KEY: 'own-secret' }
const KEYS = { accessKeyId: 'own', secretAccessKey: 'own-secret' }
const REAL = { AWS_ACCESS_KEY_ID: `AKIA${'Q'.repeat(16)}`, AWS_SECRET_ACCESS_KEY: 'real/secret' }

async function bucketsOf(client: S3Client): Promise<unknown> {
  const { Buckets } = await client.send(new ListBucketsCommand())
  return Buckets?.map(({ Name }) => Name)
}

describe('strict-s3 configured by environment variables', () => {
  it('uses their buckets, key pair and region', async () => {
    const { endpoint, stdout } = await startS3([], {
      ...OWN,
      BUCKETS: 'a-1, b-2',
      REGION: 'eu-west-1',
    })
    const client = clientAt(endpoint, KEYS, 'eu-west-1')
    expect(await bucketsOf(client)).toEqual(['a-1', 'b-2'])
    const published = clientAt(endpoint, LOCAL, 'eu-west-1')
    await expect(bucketsOf(published)).rejects.toMatchObject({ name: 'InvalidAccessKeyId' })
    expect(stdout()).toContain('access key own, from AWS_ACCESS_KEY_ID')
    expect(stdout()).not.toContain('own-secret')
  })

  it("understands MinIO's variables", async () => {
    const minio = { MINIO_ROOT_USER: 'minioadmin', MINIO_ROOT_PASSWORD: 'minioadmin' }
    const root = { accessKeyId: 'minioadmin', secretAccessKey: 'minioadmin' }
    const { endpoint } = await startS3([], {
      ...OWN,
      ...minio,
      MINIO_DEFAULT_BUCKETS: 'one:none two:download;three',
    })
    const buckets = ['one', 'three', 'two']
    expect(await bucketsOf(clientAt(endpoint, root))).toEqual(buckets)
    expect(await bucketsOf(clientAt(endpoint, KEYS))).toEqual(buckets)
  })

  it('lets everyone read a public bucket, and nobody write to it', async () => {
    const { endpoint } = await startS3([], { ...OWN, BUCKETS: 'open:public,closed' })
    const client = clientAt(endpoint, KEYS)
    for (const Bucket of ['open', 'closed']) {
      await client.send(new PutObjectCommand({ Bucket, Key: 'a.txt', Body: 'hello' }))
    }
    const read = await fetch(`${endpoint}/open/a.txt`)
    expect({ status: read.status, text: await read.text() }).toEqual({ status: 200, text: 'hello' })
    expect((await fetch(`${endpoint}/open/`)).status).toBe(403)
    expect((await fetch(`${endpoint}/open/b`, { method: 'PUT', body: 'x' })).status).toBe(403)
    expect((await fetch(`${endpoint}/closed/a.txt`)).status).toBe(403)
  })

  it('stores objects in DATA_DIR, or in memory', async () => {
    const data = join(await temporaryDirectory(), 'data')
    const kept = await startS3([], { DATA_DIR: data })
    expect(await readdir(data)).toContain('s3')
    expect(await readdir(kept.cwd)).toEqual([])
    const inMemory = await startS3([], { DATA_DIR: join(data, 'other'), MEMORY: '1' })
    expect(inMemory.stdout()).toContain('Kept in  memory')
    expect(await readdir(data)).not.toContain('other')
    expect(await readdir(inMemory.cwd)).toEqual([])
  })

  it('lets options override variables, and variables the file', async () => {
    const filed = { accessKeyId: 'filed', secretAccessKey: 'filed-secret' }
    const file = { region: 'eu-west-3', credentials: [filed], buckets: ['filed'] }
    const config = await fileWith(file)
    const env = { STRICT_S3_CONFIG: config, REGION: 'eu-west-2', MEMORY: '1' }
    const args = ['--port', '0', '--region', 'eu-west-1']
    const { endpoint, stdout } = await startS3(args, { ...env, PORT: 'x' })
    expect(stdout()).toContain('bucket filed, region eu-west-1')
    expect(await bucketsOf(clientAt(endpoint, filed, 'eu-west-1'))).toEqual(['filed'])
    const second = await startS3([], { ...env, ...OWN, BUCKETS: 'named' })
    expect(second.stdout()).toContain('bucket named, region eu-west-2')
    expect(second.stdout()).toMatch(/access key own, from AWS_ACCESS_KEY_ID\n {2}Kept/)
  })

  it('ignores empty variables', async () => {
    const { stdout } = await startS3([], {
      REGION: '',
      BUCKETS: '',
      AWS_ACCESS_KEY_ID: '',
      MEMORY: '',
    })
    expect(stdout()).toContain('bucket uploads, region us-east-1')
    expect(stdout()).toContain('access key waybill-local')
  })

  it('requires the session token', async () => {
    const { endpoint } = await startS3([], { ...OWN, AWS_SESSION_TOKEN: 'token' })
    const credentials = { ...KEYS, sessionToken: 'token' }
    expect(await bucketsOf(clientAt(endpoint, credentials))).toEqual(['uploads'])
    const without = clientAt(endpoint, KEYS)
    await expect(bucketsOf(without)).rejects.toMatchObject({ name: 'InvalidAccessKeyId' })
  })
})

describe("a real AWS account's keys in the environment", () => {
  it('are not used and never printed', async () => {
    const { endpoint, stdout } = await startS3([], REAL)
    expect(stdout()).toContain("AWS_ACCESS_KEY_ID has a real AWS account's access key")
    for (const value of Object.values(REAL)) expect(stdout()).not.toContain(value)
    expect(await bucketsOf(clientAt(endpoint))).toEqual(['uploads'])
    const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = REAL
    const real = clientAt(endpoint, { accessKeyId, secretAccessKey })
    await expect(bucketsOf(real)).rejects.toMatchObject({ name: 'InvalidAccessKeyId' })
  })

  it('are not used even with white space around them', async () => {
    const copied = { ...REAL, AWS_ACCESS_KEY_ID: `${REAL.AWS_ACCESS_KEY_ID}\n` }
    expect((await startS3([], copied)).stdout()).toContain("a real AWS account's access key")
  })

  it("are used if they are the example from AWS's documentation", async () => {
    const env = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 's' }
    expect((await startS3([], env)).stdout()).toContain(
      'AKIAIOSFODNN7EXAMPLE, from AWS_ACCESS_KEY_ID',
    )
  })
})

describe('an invalid value', () => {
  it.each<[Record<string, string>, string]>([
    [{ PORT: '99999' }, "PORT is '99999', expected 0"],
    [{ MEMORY: 'maybe' }, "MEMORY is 'maybe', expected 1 or 0"],
    [{ BUCKETS: 'No' }, "BUCKETS has the bucket 'No', expected 3 to 63"],
    [{ BUCKETS: 'one,,two' }, "BUCKETS has the bucket '', expected"],
    [{ BUCKETS: 'one:writable' }, "BUCKETS has the item 'one:writable', expected"],
    [{ MINIO_DEFAULT_BUCKETS: 'a' }, "MINIO_DEFAULT_BUCKETS has the bucket 'a'"],
    [{ REGION: 'EU West' }, "REGION is 'EU West', expected regions"],
    [{ DOMAIN: 's3.test,' }, "DOMAIN is 's3.test,', expected"],
    [{ STRICT_S3_LOG: 'xml' }, "STRICT_S3_LOG is 'xml', expected text or json"],
    [{ STRICT_S3_HOST: '203.0.113.9' }, "STRICT_S3_HOST is '203.0.113.9', expected"],
    [{ STRICT_S3_CERT: 'a.pem' }, 'STRICT_S3_CERT needs --key'],
    [{ AWS_ACCESS_KEY_ID: 'own' }, 'AWS_ACCESS_KEY_ID needs AWS_SECRET_ACCESS_KEY'],
    [{ MINIO_ROOT_PASSWORD: 'hush' }, 'MINIO_ROOT_PASSWORD needs MINIO_ROOT_USER'],
    [
      { AWS_ACCESS_KEY_ID: 'hush/hush', AWS_SECRET_ACCESS_KEY: 'own' },
      'AWS_ACCESS_KEY_ID contains a space, comma or slash',
    ],
    [
      { AWS_ACCESS_KEY_ID: 'own', AWS_SECRET_ACCESS_KEY: 'hush ' },
      'AWS_SECRET_ACCESS_KEY ends with a space, so signatures would not match: remove it',
    ],
    [
      { AWS_ACCESS_KEY_ID: 'hush\n', AWS_SECRET_ACCESS_KEY: 'own' },
      'AWS_ACCESS_KEY_ID ends with a line break',
    ],
    [{ ...OWN, AWS_SESSION_TOKEN: '\thush' }, 'AWS_SESSION_TOKEN begins with a tab'],
    [
      { MINIO_ROOT_USER: 'own', MINIO_ROOT_PASSWORD: 'hush\r\n' },
      'MINIO_ROOT_PASSWORD ends with a line break',
    ],
    [{ ADMIN_KEY: 'hush ' }, 'ADMIN_KEY ends with a space, so no request could send it: remove it'],
  ])("is reported with the variable's name: %j", async (env, reason) => {
    const said = await refusal(2, [], env)
    expect(said).toContain(`strict-s3: ${reason}`)
    expect(said).not.toContain('hush')
  })

  it("is reported with the option's name", async () => {
    expect(await refusal(2, ['--access-key-id', 'own'])).toContain('--access-key-id needs --secret')
    expect(await refusal(2, ['--memory', '--dir', 'x'])).toContain('cannot be used with --dir')
    const pair = ['--access-key-id', 'own', '--secret-access-key', ' hush']
    const said = await refusal(2, pair)
    expect(said).toContain('--secret-access-key begins with a space')
    expect(said).not.toContain('hush')
  })
})
