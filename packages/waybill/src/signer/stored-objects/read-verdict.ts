import { UploadError } from '../../protocol/upload-error.ts'
import { readVerdict, type VerdictResponse } from '../../protocol/verdict.ts'
import { type ObjectVersion, readTags, type Tags } from '../../storage/objects.ts'
import type { SignerContext } from '../context/signer-context.ts'

/**
 * Does nothing unless `verifiedOnly` is set.
 *
 * @throws {UploadError} `OBJECT_NOT_VERIFIED` or `OBJECT_REJECTED`
 */
export async function checkVerified(
  { s3, verifiedOnly }: Pick<SignerContext, 's3' | 'verifiedOnly'>,
  object: ObjectVersion,
): Promise<void> {
  if (verifiedOnly && !isVerified(await readTags(s3, object))) throw notVerified()
}

/** @throws {UploadError} `OBJECT_REJECTED` */
export function isVerified({ waybill }: Tags): boolean {
  if (waybill === 'rejected') {
    throw new UploadError(
      'OBJECT_REJECTED',
      'object was rejected: it does not match what was signed',
    )
  }
  return waybill === 'verified'
}

/**
 * An object without the tag counts as pending, because its tags do not show whether an arrival
 * handler is running at all.
 */
export function verdictIn({ waybill, 'waybill-reason': reason }: Tags): VerdictResponse {
  const verdict = waybill === 'pending' && reason === 'not-scanned' ? reason : waybill
  return readVerdict(verdict, reason) ?? { verdict: 'pending' }
}

export function notVerified(): UploadError {
  return new UploadError('OBJECT_NOT_VERIFIED', 'object has not been verified yet: try again')
}
