/**
 * Arrival: an object has landed, it is held against its waybill, and the verdict becomes a tag and an event. It does
 * not ask who says that the object landed: EventBridge, the local S3 or a script of yours.
 *
 * @module
 */

import { deleteObject } from '../aws/delete-object.ts'
import { readFirstBytes } from '../aws/get-object.ts'
import { headObject, type StoredObject } from '../aws/head-object.ts'
import { putTags } from '../aws/put-tags.ts'
import { createS3Context, type S3CallContext } from '../aws/s3-call-context.ts'
import type { BucketLocation, CredentialsProvider } from '../s3/index.ts'
import { createSeal, type SealSecret } from '../signer/index.ts'
import { type Judgement, judge } from './judge.ts'
import type { ArrivedObject } from './object-created.ts'
import type { PublishVerdict, Rejected, Verdict, Verified } from './verdict.ts'

export interface ArrivalOptions extends BucketLocation {
  /** May read, tag and, where `rejected` says so, delete the bucket's objects. */
  readonly credentials: CredentialsProvider
  /** The signer's: of several, all open. */
  readonly secret: SealSecret
  /** The signer's: waybills are sealed for bucket, region and prefix. @default '' */
  readonly prefix?: string
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
   * @throws {S3Error | Error} When S3 refuses or cannot be reached: nothing was decided, try again.
   */
  judge(object: ArrivedObject): Promise<Verdict>
}

/** @throws {TypeError | RangeError} Naming the option that cannot be. */
export function createArrival(options: ArrivalOptions): Arrival {
  const context = createS3Context(options)
  const seal = createSeal(options.secret, options)
  return {
    judge: async (object) => {
      const { bucket, key } = object
      if (bucket !== options.bucket) {
        throw new TypeError(`object is in bucket '${bucket}', expected '${options.bucket}'`)
      }
      const head = await readHead(context, object)
      if (!head || isReplaced(object, head)) return { verdict: 'skipped', bucket, key, why: 'gone' }
      const judgement = await judge(object, head, seal, (length) =>
        readFirstBytes(context, object, length),
      )
      const ignored = options.withoutWaybill === 'ignore' && head.waybill === undefined
      if (ignored) return { verdict: 'skipped', bucket, key, why: 'no-waybill' }
      const verdict = verdictOf(object, head, judgement, options.rejected === 'delete')
      await carryOut(context, object, verdict, options.publish)
      return verdict
    },
  }
}

/** Events name an ETag without the quotes that S3 writes around it. */
async function readHead(
  context: S3CallContext,
  object: ArrivedObject,
): Promise<StoredObject | undefined> {
  const head = await headObject(context, object)
  return head && { ...head, etag: head.etag.replaceAll('"', '') }
}

/** Without versions, the event may be of bytes that were overwritten since; the newer ones have an event of their own. */
function isReplaced({ versionId, etag }: ArrivedObject, head: StoredObject): boolean {
  return versionId === undefined && etag !== undefined && etag !== head.etag
}

function verdictOf(
  { bucket, key, versionId }: ArrivedObject,
  { size, type, etag }: StoredObject,
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
  await putTags(context, object, 'waybill', { waybill: verdict.verdict, ...reason })
  await publish?.(verdict)
  if (verdict.verdict === 'rejected' && verdict.deleted) await deleteObject(context, object)
}
