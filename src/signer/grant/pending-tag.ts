/**
 * The tag of new objects, which arrival replaces by its verdict.
 *
 * A lifecycle rule can match a tag but not a missing tag. With this one, it can remove objects that
 * were never judged. The tag is signed in all three strategies, so that clients cannot leave it out
 * or change it.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html
 * @module
 */

import type { SignerContext } from '../signer-context.ts'

/** The value of the form field. */
const FIELD =
  '<Tagging><TagSet><Tag><Key>waybill</Key><Value>pending</Value></Tag></TagSet></Tagging>'

type Tags = Pick<SignerContext, 'pendingTag'>

/** Returns the form field of a presigned POST; none when `pendingTag` is off. */
export function pendingFields({ pendingTag }: Tags): Record<string, string> {
  return pendingTag ? { tagging: FIELD } : {}
}

/** Returns the header of a PUT or of CreateMultipartUpload; none when `pendingTag` is off. */
export function pendingHeaders({ pendingTag }: Tags): Record<string, string> {
  return pendingTag ? { 'x-amz-tagging': 'waybill=pending' } : {}
}
