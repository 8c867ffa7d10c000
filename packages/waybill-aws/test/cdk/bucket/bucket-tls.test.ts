/**
 * The statements of the synthesised bucket's policy that demand TLS, in force on the local S3. What they say of TLS 1.1,
 * which neither Node nor OpenSSL offers any more, is asked in access.test.ts.
 *
 * @module
 */

import { execFileSync, spawnSync } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { request } from 'node:https'
import { join } from 'node:path'
import { S3Client } from '@aws-sdk/client-s3'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { type StrictS3, startStrictS3 } from 'strict-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { presignUrl } from 'waybill-s3'
import { only, REGION, type Synthesised, synthesise } from '../synthesised.ts'
import { loadBucket } from './load-bucket.ts'

const ADMINISTRATOR = { accessKeyId: 'administrator', secretAccessKey: 'of-administrator' }

const openssl = spawnSync('openssl', ['version']).status === 0

let folder: string
let stack: Synthesised
let bucket: string
let certificate: Awaited<ReturnType<typeof newCertificate>>

beforeAll(async () => {
  if (!openssl) return
  folder = temporaryFolder('waybill-tls-')
  certificate = await newCertificate()
  stack = await synthesise()
  bucket = only(stack, 'AWS::S3::BucketPolicy').Properties.Bucket
})
afterAll(() => (openssl ? rm(folder, { recursive: true }) : undefined))

async function newCertificate() {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-keyout', key, '-out', cert, '-days', '1', '-subj', '/CN=localhost'],
      ...['-addext', 'subjectAltName=IP:127.0.0.1'],
    ],
    { stdio: 'ignore' },
  )
  return { key: await readFile(key), cert: await readFile(cert) }
}

function start(tls?: { readonly key: Buffer; readonly cert: Buffer }): Promise<StrictS3> {
  return startStrictS3({
    region: REGION,
    dir: join(folder, 's3'),
    buckets: [bucket],
    credentials: [ADMINISTRATOR],
    ...(tls ? { tls } : {}),
  })
}

async function loadPolicy({ endpoint, region }: StrictS3): Promise<void> {
  const credentials = ADMINISTRATOR
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true })
  await loadBucket(client, stack, {
    without: /(?!)/, // nothing
    users: { SignerRole: 'signer', ArrivalRole: 'arrival' },
  })
  client.destroy()
}

async function urlToPut({ endpoint, region }: StrictS3): Promise<string> {
  const { url } = await presignUrl({
    bucket,
    region,
    endpoint,
    method: 'PUT',
    key: 'uploads/a',
    credentials: ADMINISTRATOR,
    expiresInSeconds: 60,
  })
  return url
}

function putOverTls(url: string, version: 'TLSv1.2' | 'TLSv1.3'): Promise<number | undefined> {
  const tls = { ca: certificate.cert, minVersion: version, maxVersion: version, agent: false }
  return new Promise((resolve, reject) => {
    request(url, { method: 'PUT', ...tls } as const, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
      .on('error', reject)
      .end('x')
  })
}

describe.skipIf(!openssl)(
  openssl
    ? 'the synthesised policy'
    : 'the synthesised policy (skipped: `openssl` is not installed)',
  () => {
    it('accepts nothing over plain HTTP, but TLS 1.2 and 1.3', async () => {
      const plain = await start()
      const before = await fetch(await urlToPut(plain), { method: 'PUT', body: 'x' })
      expect(before.status).toBe(200)
      await loadPolicy(plain)
      const refused = await fetch(await urlToPut(plain), { method: 'PUT', body: 'x' })
      expect(refused.status).toBe(403)
      expect(await refused.text()).toContain('AccessDenied')
      await plain.close()

      const secure = await start(certificate)
      expect(await putOverTls(await urlToPut(secure), 'TLSv1.2')).toBe(200)
      expect(await putOverTls(await urlToPut(secure), 'TLSv1.3')).toBe(200)
      await secure.close()
    })
  },
)
