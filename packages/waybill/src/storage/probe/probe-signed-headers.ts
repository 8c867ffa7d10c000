/**
 * Checks whether a store accepts headers that were not signed.
 *
 * AWS rejects a presigned request with an `x-amz-*` header that its signature does not cover. If a
 * store accepts it, anyone with a presigned PUT can change what the request does:
 * `x-amz-copy-source` copies any object that the signing credentials can read, and `x-amz-acl`
 * makes the object public.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/developerguide/sigv4-query-string-auth.html
 * @module
 */

import type { BucketLocation, CredentialsProvider } from 'waybill-s3'
import { toHex } from 'waybill-s3/internal/digest'
import { deleteObject } from '../delete-object.ts'
import { createS3Context, type S3CallContext } from '../s3-call-context.ts'
import type { ServerEffects } from '../server-effects.ts'
import { isTaken, putPresigned, type StoreResponse, shown } from './exchange.ts'
import { BODY, type ProbeResult } from './store-probe.ts'

/** The store to check, and the credentials to use. */
export interface ProbedStore extends BucketLocation {
  /** The credentials that sign for clients. They must be allowed to put objects. */
  readonly credentials: CredentialsProvider
  /**
   * Prefix for the probe's keys, if the credentials are limited to one.
   * @default ''
   */
  readonly prefix?: string
  /**
   * Time limit of one request in milliseconds.
   * @default 10000
   */
  readonly requestTimeoutMs?: number
  /** @default globalThis.fetch */
  readonly fetch?: typeof globalThis.fetch
  /** @default - the platform's */
  readonly effects?: Partial<ServerEffects>
}

/**
 * This MD5 does not match the body, so a store that checks it rejects the request and stores
 * nothing.
 */
const WRONG_MD5 = 'AAAAAAAAAAAAAAAAAAAAAA=='
const UNSIGNED = { 'x-amz-meta-waybill-probe': 'unsigned' }

/**
 * Checks whether a store enforces signed headers. On AWS S3, the outcome is `yes`; if it is `no`,
 * strategy `put` is unsafe with this store.
 *
 * The probe sends two presigned PUTs whose signed `Content-MD5` is wrong, so that nothing is
 * stored. The first has only signed headers. It must fail with `BadDigest`, which shows that the
 * store accepts the credentials and checks the digest. The second adds an unsigned `x-amz-meta-*`
 * header. A strict store rejects it with a signature error (403); a lax store ignores the header
 * and reports the wrong digest again.
 *
 * A store that does not check digests stores an object of 13 bytes. The probe then removes the
 * object if the credentials allow it, and returns `unknown`.
 *
 * @throws {TypeError | RangeError} If bucket, region or endpoint is invalid, or if the credentials
 *   have expired.
 * @example
 * ```ts
 * const { outcome, answer } = await probeSignedHeaders({ bucket, region, endpoint, credentials })
 * if (outcome !== 'yes') console.warn(`strategy put is not safe here: ${answer}`)
 * ```
 */
export async function probeSignedHeaders(store: ProbedStore): Promise<ProbeResult> {
  const context = createS3Context(store)
  const key = `${store.prefix ?? ''}waybill-probe-${toHex(context.randomBytes(16))}`
  return askSignedHeaders(context, key)
}

export async function askSignedHeaders(context: S3CallContext, key: string): Promise<ProbeResult> {
  const control = await put(context, key, {})
  if (control.code !== 'BadDigest') return unknown(context, key, control)
  const trial = await put(context, key, UNSIGNED)
  if (trial.status === 403) return { outcome: 'yes', answer: shown(trial) }
  if (trial.code === 'BadDigest') return { outcome: 'no', answer: shown(trial) }
  return unknown(context, key, trial)
}

function put(
  context: S3CallContext,
  key: string,
  unsigned: Readonly<Record<string, string>>,
): Promise<StoreResponse> {
  const signed = { 'content-md5': WRONG_MD5 }
  return putPresigned(context, { key, signed, unsigned, body: BODY })
}

async function unknown(
  context: S3CallContext,
  key: string,
  answer: StoreResponse,
): Promise<ProbeResult> {
  if (isTaken(answer)) await deleteObject(context, { key }).catch(() => undefined)
  return { outcome: 'unknown', answer: shown(answer) }
}
