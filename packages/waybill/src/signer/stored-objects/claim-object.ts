/**
 * Claims an object: removes the tag by which a lifecycle rule would expire it.
 *
 * S3 replaces all tags of an object at once and has no condition for it. Arrival writes its verdict
 * in the same way, and one of the two could undo what the other has done. So an object is claimed
 * only when arrival has verified it, where arrival runs: it then writes no tags any more.
 *
 * @module
 */

import { CLAIM_TAG } from '../../protocol/claim.ts'
import { putTags, readTags, type Tags } from '../../storage/object-tagging.ts'
import type { ReceiptExpectation } from '../receipts/open-receipt.ts'
import type { SignerContext } from '../context/signer-context.ts'
import { type FoundObject, findObject, readReference } from './find-object.ts'
import type { ObjectReference } from '../way-back/object-reference.ts'
import { isVerified, notVerified } from './read-verdict.ts'

/** Arrival judges most objects within a second or two. */
const MOST_MS = 10_000
const DELAY_MS = { first: 250, longest: 2_000 } as const

/** How often a tag that comes back is removed: an event may have reached arrival twice. */
const MAX_WRITES = 3

/**
 * Claims the object of a receipt or a key; see `Signer.claim`.
 *
 * @throws {UploadError} `OBJECT_NOT_VERIFIED` when the tag has come back each time: arrival still
 *   writes.
 */
export async function claimObject(
  context: SignerContext,
  reference: ObjectReference,
  expectation: ReceiptExpectation,
): Promise<void> {
  const found = await findObject(context, await readReference(context, reference, expectation))
  for (let writes = 0; ; writes += 1) {
    const tags = await verifiedTags(context, found)
    if (writes === MAX_WRITES && CLAIM_TAG in tags) throw notVerified()
    if (!(await putTags(context.s3, found, tags, (name) => name === CLAIM_TAG, {}))) return
  }
}

/**
 * Reads the tags of an object that arrival will not write any more.
 *
 * @throws {UploadError} `OBJECT_NOT_VERIFIED` when arrival has not judged it in 10 seconds,
 *   `OBJECT_REJECTED`
 */
async function verifiedTags(
  { s3, verifiedOnly }: SignerContext,
  object: FoundObject,
): Promise<Tags> {
  const end = s3.now().getTime() + MOST_MS
  for (let delayMs: number = DELAY_MS.first; ; delayMs = Math.min(DELAY_MS.longest, delayMs * 2)) {
    const tags = await readTags(s3, object)
    if (!verifiedOnly || tags[CLAIM_TAG] === undefined || isVerified(tags)) return tags
    if (s3.now().getTime() + delayMs > end) throw notVerified()
    await s3.wait(delayMs)
  }
}
