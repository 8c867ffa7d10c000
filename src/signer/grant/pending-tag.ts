/**
 * The tag that an object comes into the bucket with, until arrival puts its verdict there: a lifecycle rule can name a
 * tag but not the lack of one, so this is how objects that nobody ever judged are cleared away.
 *
 * Whoever sends the object cannot leave it out or change it: it is signed in each of the three ways.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html
 * @module
 */

import type { SignerContext } from '../signer-context.ts'

/** As a form has it. */
const FIELD =
  '<Tagging><TagSet><Tag><Key>waybill</Key><Value>pending</Value></Tag></TagSet></Tagging>'

type Tags = Pick<SignerContext, 'pendingTag'>

/** @returns The form field of a presigned POST, pinned like all of them; none unless the option asks for it. */
export function pendingFields({ pendingTag }: Tags): Record<string, string> {
  return pendingTag ? { tagging: FIELD } : {}
}

/** @returns The header of a PUT, or of the beginning of a multipart upload. */
export function pendingHeaders({ pendingTag }: Tags): Record<string, string> {
  return pendingTag ? { 'x-amz-tagging': 'waybill=pending' } : {}
}
