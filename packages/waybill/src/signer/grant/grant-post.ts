import type { PresignedPost } from 'waybill-s3'
import type { Waybill } from '../../seal/waybill.ts'
import { WAYBILL_FIELD } from '../../storage/waybill-field.ts'
import type { SignerContext } from '../context/signer-context.ts'
import type { SignerRule } from '../rules/signer-rule.ts'
import { tagFields } from './grant-tags.ts'

/**
 * Signs a form that is valid for exactly one file. S3 rejects it unless key, Content-Type, waybill,
 * size and, if known, SHA-256 are as signed.
 */
export async function grantPost(
  context: SignerContext,
  rule: SignerRule,
  waybill: Waybill,
  sealed: string,
): Promise<PresignedPost> {
  return context.s3.presigner.presignPost({
    credentials: await context.credentials(),
    key: waybill.key,
    fields: {
      'Content-Type': waybill.type,
      [WAYBILL_FIELD]: sealed,
      ...(context.additionalChecksums ? checksumFields(waybill) : {}),
      ...context.fixed.fields,
      ...tagFields(context, rule),
    },
    conditions: [['content-length-range', waybill.size.min, waybill.size.max]],
    expiresInSeconds: rule.expiresInSeconds,
  })
}

/**
 * S3 does not need the algorithm's name, but some stores ignore a checksum without it.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/developerguide/RESTObjectPOST.html
 */
function checksumFields({ sha256 }: Waybill): Record<string, string> {
  if (sha256 === undefined) return {}
  return { 'x-amz-checksum-algorithm': 'SHA256', 'x-amz-checksum-sha256': sha256 }
}
