/**
 * Arrival: an object has landed, it is held against its waybill, and the verdict becomes a tag and an event. It does
 * not ask who says that the object landed: EventBridge, the local S3 or a script of yours.
 *
 * @module
 */

import {
  type BucketLocation,
  bucketUrl,
  type CredentialsProvider,
  platformDigest,
} from '../s3/index.ts'
import { createSeal, type SealSecret } from '../signer/index.ts'
import type { S3CallContext } from '../signer/s3-call.ts'
import { type Judgement, judge } from './judge.ts'
import type { ArrivedObject } from './object-created.ts'
import { deleteObject, type ObjectHead, readBytes, readHead, writeTags } from './stored-object.ts'
import type { PublishVerdict, Rejected, Verdict, Verified } from './verdict.ts'

export interface ArrivalOptions extends BucketLocation {
  /** May read, tag and, where `rejected` says so, delete the bucket's objects. */
  readonly credentials: CredentialsProvider
  /** The signer's: of several, all open. */
  readonly secret: SealSecret
  /** What becomes of a rejected object. @default 'keep' */
  readonly rejected?: 'keep' | 'delete'
  /** What an object is that was put around the signer; `ignore` leaves it untagged. @default 'reject' */
  readonly withoutWaybill?: 'reject' | 'ignore'
  /** Hears of every verdict, at least once. @default nobody */
  readonly publish?: PublishVerdict
  /** Time limit of one call to S3. @default 10000 */
  readonly requestTimeoutMs?: number
  /** How often one call to S3 is sent before it counts as failed. @default 4 */
  readonly maxAttempts?: number
  /** @default globalThis.fetch */
  readonly fetch?: typeof globalThis.fetch
  /** @default () => new Date() */
  readonly now?: () => Date
  /** @default setTimeout */
  readonly wait?: (delayMs: number) => Promise<void>
}

export interface Arrival {
  /**
   * Judges one object. Doing it again comes to the same end and publishes the same `id` again.
   *
   * @throws {TypeError} When the object is in another bucket.
   * @throws {S3Error | UploadError} When S3 refuses or cannot be reached: nothing was decided, try again.
   */
  judge(object: ArrivedObject): Promise<Verdict>
}

/** @throws {TypeError | RangeError} Naming the option that cannot be. */
export function createArrival(options: ArrivalOptions): Arrival {
  const context = contextOf(options)
  const seal = createSeal(options.secret, options.bucket)
  return {
    judge: async (object) => {
      const { bucket, key } = object
      if (bucket !== options.bucket) {
        throw new TypeError(`object is in bucket '${bucket}', expected '${options.bucket}'`)
      }
      const head = await readHead(context, object)
      if (!head || isReplaced(object, head)) return { verdict: 'skipped', bucket, key, why: 'gone' }
      const judgement = await judge(object, head, seal, (length) =>
        readBytes(context, object, length),
      )
      const ignored = options.withoutWaybill === 'ignore' && head.waybill === undefined
      if (ignored) return { verdict: 'skipped', bucket, key, why: 'no-waybill' }
      const verdict = verdictOf(object, head, judgement, options.rejected === 'delete')
      await carryOut(context, object, verdict, options.publish)
      return verdict
    },
  }
}

/** Without versions, the event may be of bytes that were overwritten since; the newer ones have an event of their own. */
function isReplaced({ versionId, etag }: ArrivedObject, head: ObjectHead): boolean {
  return versionId === undefined && etag !== undefined && etag !== head.etag
}

function verdictOf(
  { bucket, key, versionId }: ArrivedObject,
  { size, type, etag }: ObjectHead,
  { waybill, rejection }: Judgement,
  deleted: boolean,
): Verified | Rejected {
  const judged = {
    id: `${bucket}/${key}#${versionId ?? etag}`,
    bucket,
    key,
    ...(versionId === undefined ? {} : { versionId }),
    size,
    type,
    etag,
    ...(waybill === undefined ? {} : { rule: waybill.rule }),
    ...(waybill?.owner === undefined ? {} : { owner: waybill.owner }),
  }
  if (!rejection) return { verdict: 'verified', ...judged }
  return { verdict: 'rejected', ...judged, ...rejection, deleted }
}

/** Tag, tell, delete: whoever is told finds the tag, and an interruption anywhere is made good by the next event. */
async function carryOut(
  context: S3CallContext,
  object: ArrivedObject,
  verdict: Verified | Rejected,
  publish: PublishVerdict | undefined,
): Promise<void> {
  const reason = verdict.verdict === 'rejected' ? { 'waybill-reason': verdict.reason } : {}
  await writeTags(context, object, { waybill: verdict.verdict, ...reason })
  await publish?.(verdict)
  if (verdict.verdict === 'rejected' && verdict.deleted) await deleteObject(context, object)
}

function contextOf(options: ArrivalOptions): S3CallContext {
  const { bucket, region, endpoint, addressing, credentials } = options
  const location = {
    bucket,
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(addressing === undefined ? {} : { addressing }),
  }
  bucketUrl(location)
  return {
    location,
    credentials: async () => (typeof credentials === 'function' ? credentials() : credentials),
    digest: platformDigest(),
    fetch: options.fetch ?? ((url, init) => globalThis.fetch(url, init)),
    now: options.now ?? (() => new Date()),
    wait: options.wait ?? ((delayMs) => new Promise((resolve) => setTimeout(resolve, delayMs))),
    randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
    requestTimeoutMs: options.requestTimeoutMs ?? 10_000,
    maxAttempts: options.maxAttempts ?? 4,
  }
}
