/**
 * Contestants that sign a presigned POST: exact key, exact size, exact type, for five minutes.
 *
 * @module
 */

import { createHmac, createSecretKey } from 'node:crypto'
import { S3Client } from '@aws-sdk/client-s3'
import { createPresignedPost } from '@aws-sdk/s3-presigned-post'
import { Client } from 'minio'
import { createPresigner, type FormToSign, presignPost, type SigningTarget } from 'waybill-s3'
import { webDigest } from '../../packages/waybill-s3/src/sigv4/digest.ts'
import type { CpuContestant } from '../harness/cpu-time.ts'
import { verifyForm } from './verify.ts'
import { BUCKET, CREDENTIALS, EXPIRES_IN_SECONDS, KEY, nextSize, REGION, TYPE } from './workload.ts'

type Signed = Promise<{ readonly fields: Readonly<Record<string, string>> }>

/**
 * Makes and verifies the contestants.
 * @throws {Error} When a signature is wrong.
 */
export async function postContestants(): Promise<
  Record<'limit' | 'waybill' | 'sdk', CpuContestant> & { others: CpuContestant[] }
> {
  const { fields } = await waybill()()
  return {
    limit: { name: 'limit: one HMAC of the policy', results: 1, work: bareHmac(fields.Policy) },
    waybill: await verified('waybill', waybill()),
    sdk: await verified('AWS SDK v3', awsSdk()),
    others: [
      await verified('waybill, first form of its second', firstOfItsSecond()),
      await verified('waybill over Web Crypto', waybill({ digest: webDigest() })),
      await verified('waybill, nothing kept', nothingKept),
      await verified('minio-js', minio()),
    ],
  }
}

async function verified(name: string, work: () => Signed): Promise<CpuContestant> {
  await verifyForm(name, (await work()).fields)
  return { name, results: 1, work }
}

function bareHmac(policy = ''): () => string {
  const key = createSecretKey(Buffer.alloc(32, 1))
  return () => createHmac('sha256', key).update(policy).digest('hex')
}

const PLACE = { bucket: BUCKET, region: REGION }

/** As the signer does it: what forms share is kept. */
function waybill(effects: Pick<SigningTarget, 'digest' | 'now'> = {}): () => Signed {
  const presigner = createPresigner({ ...PLACE, ...effects })
  return () => presigner.presignPost(form())
}

function nothingKept(): Signed {
  return presignPost({ ...PLACE, ...form() })
}

function form(): FormToSign {
  const size = nextSize()
  return {
    credentials: CREDENTIALS,
    key: KEY,
    fields: { 'Content-Type': TYPE },
    conditions: [['content-length-range', size, size]],
    expiresInSeconds: EXPIRES_IN_SECONDS,
  }
}

/** Waybill keeps the parts that forms of the same second share. Here nothing is ever kept. */
function firstOfItsSecond(): () => Signed {
  let at = Date.now()
  const now = () => {
    at += 1000
    return new Date(at)
  }
  return waybill({ now })
}

function awsSdk(): () => Signed {
  const client = new S3Client({ region: REGION, credentials: CREDENTIALS })
  return () => {
    const size = nextSize()
    return createPresignedPost(client, {
      Bucket: BUCKET,
      Key: KEY,
      Fields: { 'Content-Type': TYPE },
      Conditions: [['content-length-range', size, size]],
      Expires: EXPIRES_IN_SECONDS,
    })
  }
}

function minio(): () => Signed {
  const client = new Client({
    endPoint: `s3.${REGION}.amazonaws.com`,
    region: REGION,
    accessKey: CREDENTIALS.accessKeyId,
    secretKey: CREDENTIALS.secretAccessKey,
    sessionToken: CREDENTIALS.sessionToken,
  })
  return async () => {
    const size = nextSize()
    const policy = client.newPostPolicy()
    policy.setBucket(BUCKET)
    policy.setKey(KEY)
    policy.setExpires(new Date(Date.now() + EXPIRES_IN_SECONDS * 1000))
    policy.setContentType(TYPE)
    policy.setContentLengthRange(size, size)
    const { formData } = await client.presignedPostPolicy(policy)
    return { fields: formData }
  }
}
