/**
 * Contestants that presign the parts of a multipart upload, with the exact length of each if they
 * can.
 *
 * @module
 */

import { createHmac, createSecretKey, hash } from 'node:crypto'
import { S3Client, UploadPartCommand } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { AwsClient } from 'aws4fetch'
import { Client } from 'minio'
import { partUrl, presignParts } from 'waybill-s3'
import { webDigest } from '../../packages/waybill-s3/src/sigv4/digest.ts'
import type { CpuContestant } from '../harness/cpu-time.ts'
import { verifyPartUrl } from './verify.ts'
import {
  BUCKET,
  CREDENTIALS,
  EXPIRES_IN_SECONDS,
  HOST,
  KEY,
  nextPartNumber,
  PART_SIZE,
  PLAN,
  REGION,
  UPLOAD_ID,
} from './workload.ts'

const WINDOW = PLAN.partCount

/**
 * Makes and verifies the contestants.
 * @throws {Error} When a signature is wrong.
 */
export async function partContestants(): Promise<
  Record<'limit' | 'waybill' | 'sdk', CpuContestant> & { others: CpuContestant[] }
> {
  const window = await waybill()
  await verifyPartUrl('waybill', partUrl(window, 7))
  const web = webDigest()
  return {
    limit: {
      name: 'limit: one SHA-256 and one HMAC',
      results: 1,
      work: bareHashes(partUrl(window, 7)),
    },
    waybill: { name: 'waybill, a window of 10,000', results: WINDOW, work: () => waybill() },
    sdk: await verified('AWS SDK v3', awsSdk()),
    others: [
      { name: 'waybill, every URL written out', results: WINDOW, work: allUrls },
      { name: 'waybill over Web Crypto', results: WINDOW, work: () => waybill(web) },
      await verified('minio-js (length not signed)', minio()),
      await verified('aws4fetch', aws4fetch()),
    ],
  }
}

async function verified(name: string, work: () => Promise<string>): Promise<CpuContestant> {
  await verifyPartUrl(name, await work())
  return { name, results: 1, work }
}

/**
 * Makes the limit: hashes texts as long as the URL, because the canonical request is about as long.
 */
function bareHashes(url: string): () => string {
  const key = createSecretKey(Buffer.alloc(32, 1))
  const scope = `20260131/${REGION}/s3/aws4_request`
  return () => {
    const digest = hash('sha256', `${url}${nextPartNumber()}`)
    const text = `AWS4-HMAC-SHA256\n20260131T120000Z\n${scope}\n${digest}`
    return createHmac('sha256', key).update(text).digest('hex')
  }
}

function waybill(digest?: ReturnType<typeof webDigest>) {
  return presignParts({
    bucket: BUCKET,
    region: REGION,
    credentials: CREDENTIALS,
    key: KEY,
    uploadId: UPLOAD_ID,
    plan: PLAN,
    from: 1,
    count: WINDOW,
    expiresInSeconds: EXPIRES_IN_SECONDS,
    ...(digest && { digest }),
  })
}

async function allUrls(): Promise<string[]> {
  const window = await waybill()
  return Array.from({ length: window.count }, (_, index) => partUrl(window, index + 1))
}

function awsSdk(): () => Promise<string> {
  const client = new S3Client({
    region: REGION,
    credentials: CREDENTIALS,
    requestChecksumCalculation: 'WHEN_REQUIRED',
  })
  return () => {
    const command = new UploadPartCommand({
      Bucket: BUCKET,
      Key: KEY,
      UploadId: UPLOAD_ID,
      PartNumber: nextPartNumber(),
      ContentLength: PART_SIZE,
    })
    return getSignedUrl(client, command, { expiresIn: EXPIRES_IN_SECONDS })
  }
}

function minio(): () => Promise<string> {
  const client = new Client({
    endPoint: `s3.${REGION}.amazonaws.com`,
    region: REGION,
    accessKey: CREDENTIALS.accessKeyId,
    secretKey: CREDENTIALS.secretAccessKey,
    sessionToken: CREDENTIALS.sessionToken,
  })
  return () =>
    client.presignedUrl('PUT', BUCKET, KEY, EXPIRES_IN_SECONDS, {
      partNumber: String(nextPartNumber()),
      uploadId: UPLOAD_ID,
    })
}

function aws4fetch(): () => Promise<string> {
  const client = new AwsClient({ ...CREDENTIALS, service: 's3', region: REGION })
  return async () => {
    const query = new URLSearchParams({
      partNumber: String(nextPartNumber()),
      uploadId: UPLOAD_ID,
      'X-Amz-Expires': String(EXPIRES_IN_SECONDS),
    })
    const { url } = await client.sign(`https://${HOST}/${KEY}?${query}`, {
      method: 'PUT',
      headers: { 'content-length': String(PART_SIZE) },
      aws: { signQuery: true, allHeaders: true },
    })
    return url
  }
}
