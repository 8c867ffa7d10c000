/**
 * Claims an object: removes the tag that makes a lifecycle rule expire it.
 *
 * S3 replaces all tags of an object at once, unconditionally. Arrival writes its verdict the same
 * way, so either of the two could undo the other's change. Where arrival runs, an object is
 * therefore claimed only after arrival has verified it and no longer writes tags.
 *
 * @module
 */

import { CLAIM_TAG } from '../../protocol/claim.ts'
import { putTags, readTags, type Tags } from '../../storage/object-tagging.ts'
import type { SignerContext } from '../context/signer-context.ts'
import type { ReceiptExpectation } from '../receipts/open-receipt.ts'
import { type FoundObject, findObject, type ObjectReference, readReference } from './find-object.ts'
import { isVerified, notVerified } from './read-verdict.ts'

/** Arrival checks most objects within a second or two. */
const MOST_MS = 10_000
const DELAY_MS = { first: 250, longest: 2_000 } as const

/** How often a tag is removed that reappears, because an event reached arrival twice. */
const MAX_WRITES = 3

/**
 * Claims the object of a receipt or a key; see `Signer.claim`.
 *
 * @throws {UploadError} `OBJECT_NOT_VERIFIED` when the tag reappears each time: arrival is still
 *   writing.
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
 * Reads an object's tags once arrival no longer writes them.
 *
 * @throws {UploadError} `OBJECT_NOT_VERIFIED` when arrival has not checked it within 10 seconds,
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
