/**
 * Reads arrival's verdict on an object from its tags `waybill` and `waybill-reason`.
 *
 * @module
 */

import { UploadError } from '../../protocol/upload-error.ts'
import { readVerdict, type VerdictResponse } from '../../protocol/verdict.ts'
import { readTags, type Tags } from '../../storage/object-tagging.ts'
import type { ObjectVersion } from '../../storage/object-version.ts'
import type { SignerContext } from '../context/signer-context.ts'

/**
 * Checks that arrival has verified an object. Without `verifiedOnly`, every object passes.
 *
 * @throws {UploadError} `OBJECT_NOT_VERIFIED`, `OBJECT_REJECTED`
 */
export async function checkVerified(
  { s3, verifiedOnly }: Pick<SignerContext, 's3' | 'verifiedOnly'>,
  object: ObjectVersion,
): Promise<void> {
  if (verifiedOnly && !isVerified(await readTags(s3, object))) throw notVerified()
}

/**
 * Returns whether arrival has verified the object with these tags.
 *
 * @throws {UploadError} `OBJECT_REJECTED`
 */
export function isVerified({ waybill }: Tags): boolean {
  if (waybill === 'rejected') {
    throw new UploadError('OBJECT_REJECTED', 'object was rejected: it is not what was signed')
  }
  return waybill === 'verified'
}

/**
 * Returns the verdict for the owner. An object without the tag is pending: the tags do not show
 * whether arrival runs at all.
 */
export function verdictIn({ waybill, 'waybill-reason': reason }: Tags): VerdictResponse {
  const verdict = waybill === 'pending' && reason === 'not-scanned' ? reason : waybill
  return readVerdict(verdict, reason) ?? { verdict: 'pending' }
}

export function notVerified(): UploadError {
  return new UploadError('OBJECT_NOT_VERIFIED', 'object has not been verified yet: ask again')
}
