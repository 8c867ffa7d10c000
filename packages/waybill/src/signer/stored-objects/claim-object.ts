/**
 * Claims an object by removing the tag that makes a lifecycle rule expire it.
 *
 * S3 can only replace all tags of an object at once, and without a condition. The signer and the
 * arrival handler could therefore overwrite each other's changes. To prevent this, an object is
 * claimed only after the arrival handler has verified it and no longer writes tags.
 *
 * @module
 */

import { S3Error } from 'waybill-s3'
import { CLAIM_TAG } from '../../protocol/claim.ts'
import type { ReceiptExpectation } from '../../seal/read-receipt.ts'
import { putTags, readTags, type Tags } from '../../storage/objects.ts'
import type { SignerContext } from '../context/signer-context.ts'
import {
  type FoundObject,
  findObject,
  type ObjectReference,
  type RequestedObject,
  readReference,
} from './find-object.ts'
import { isVerified, notVerified } from './read-verdict.ts'

/** The arrival handler checks most objects within a second or two. */
const MOST_MS = 10_000
const DELAY_MS = { first: 250, longest: 2_000 } as const

/**
 * Maximum number of times the tag is removed. It reappears if the arrival handler processes an
 * event twice.
 */
const MAX_WRITES = 3

/**
 * @throws {UploadError} `OBJECT_NOT_VERIFIED` if the tag keeps reappearing because the arrival
 *   handler is still writing tags.
 */
export async function claimObject(
  context: SignerContext,
  reference: ObjectReference,
  expectation: ReceiptExpectation,
): Promise<void> {
  await claimRequested(context, await readReference(context, reference, expectation))
}

/** @returns The object that has been claimed. */
export async function claimRequested(
  context: SignerContext,
  requested: RequestedObject,
): Promise<FoundObject> {
  const found = await findObject(context, requested)
  for (let writes = 0; ; writes += 1) {
    const tags = await verifiedTags(context, found)
    if (writes === MAX_WRITES && CLAIM_TAG in tags) throw notVerified()
    if (!(await putTags(context.s3, found, tags, (name) => name === CLAIM_TAG, {}))) return found
  }
}

/**
 * Reads an object's tags once the arrival handler no longer writes them.
 *
 * @throws {UploadError} `OBJECT_NOT_VERIFIED` if the object was not checked within 10 seconds;
 *   `OBJECT_REJECTED` if it was rejected.
 */
async function verifiedTags(
  { s3, verifiedOnly }: SignerContext,
  object: FoundObject,
): Promise<Tags> {
  const end = s3.now().getTime() + MOST_MS
  for (let delayMs: number = DELAY_MS.first; ; delayMs = Math.min(DELAY_MS.longest, delayMs * 2)) {
    const tags: Tags = await readTags(s3, object).catch((error: unknown) => {
      if (verifiedOnly || !hasNoTags(error)) throw error
      return {}
    })
    if (!verifiedOnly || tags[CLAIM_TAG] === undefined || isVerified(tags)) return tags
    if (s3.now().getTime() + delayMs > end) throw notVerified()
    await s3.wait(delayMs)
  }
}

/** In stores such as Cloudflare R2, no object has a tag that a claim could remove. */
function hasNoTags(error: unknown): boolean {
  return error instanceof S3Error && error.code === 'NotImplemented'
}
