import type { PartWindow } from 'waybill-s3'
import type { PartsRequest, PartWindowMessage, UploadGrant } from '../../protocol/messages.ts'
import type { Waybill } from '../../seal/waybill.ts'
import { createMultipartUpload } from '../../storage/multipart.ts'
import { WAYBILL_FIELD } from '../../storage/waybill-field.ts'
import type { SignerContext } from '../context/signer-context.ts'
import type { SignerRule } from '../rules/signer-rule.ts'
import { grantPost } from './grant-post.ts'
import { tagHeaders } from './grant-tags.ts'
import { planOf } from './plan-upload.ts'

/**
 * Number of parts that are signed together with a new upload. With 16 MiB parts, the client does
 * not have to request more signatures for the first 1.6 GB.
 */
const FIRST_WINDOW = 100

export async function grantUpload(
  context: SignerContext,
  rule: SignerRule,
  waybill: Waybill,
  sealed: string,
): Promise<UploadGrant> {
  const { present } = await context.seal()
  const { key, type } = waybill
  if (waybill.strategy === 'post') {
    const { url, fields, expiration } = await grantPost(context, rule, waybill, sealed)
    return {
      waybill: await present(sealed),
      key,
      strategy: 'post',
      expiration: expiration.toISOString(),
      presignedPost: { url, fields },
    }
  }
  if (waybill.strategy === 'put') {
    const { url, headers, expiration } = await grantPut(context, rule, waybill, sealed)
    return {
      waybill: await present(sealed),
      key,
      strategy: 'put',
      expiration: expiration.toISOString(),
      url,
      headers,
    }
  }
  const { partSize } = planOf(waybill)
  const uploadId = await createMultipartUpload(context.s3, {
    key,
    headers: {
      'content-type': type,
      [WAYBILL_FIELD]: sealed,
      ...context.fixed.fields,
      ...tagHeaders(context, rule, waybill),
    },
    // The id's 128 random bits make the key unique.
    isKeyUnique: key.includes(waybill.id),
    onError: context.onError,
  })
  const parts = await signParts(context, rule, waybill, { uploadId, from: 1, count: FIRST_WINDOW })
  const { expiration } = parts
  return {
    waybill: await present(sealed, uploadId),
    key,
    strategy: 'multipart',
    expiration,
    uploadId,
    partSize,
    parts,
  }
}

/**
 * The signature covers length, type and checksum. `if-none-match` prevents a second PUT, if the
 * store supports it.
 */
async function grantPut(
  context: SignerContext,
  rule: SignerRule,
  waybill: Waybill,
  sealed: string,
) {
  const { url, headers, expiration } = await context.s3.presigner.presignUrl({
    method: 'PUT',
    credentials: await context.credentials(),
    key: waybill.key,
    headers: {
      'content-length': String(waybill.size.max),
      'content-type': waybill.type,
      ...(context.conditionalWrites ? { 'if-none-match': '*' } : {}),
      [WAYBILL_FIELD]: sealed,
      ...context.fixed.fields,
      ...tagHeaders(context, rule, waybill),
      ...(context.additionalChecksums && waybill.sha256 !== undefined
        ? { 'x-amz-checksum-sha256': waybill.sha256 }
        : {}),
    },
    expiresInSeconds: rule.expiresInSeconds,
  })
  // HTTP clients set this header themselves, and browsers do not let pages set it.
  const { 'content-length': _length, ...rest } = headers
  return { url, headers: rest, expiration }
}

/** Signs consecutive parts. Each signature covers the exact length of its part. */
export async function signParts(
  context: SignerContext,
  rule: SignerRule,
  waybill: Waybill,
  window: Omit<PartsRequest, 'waybill'>,
): Promise<PartWindowMessage> {
  const signed: PartWindow = await context.s3.presigner.presignParts({
    credentials: await context.credentials(),
    key: waybill.key,
    plan: planOf(waybill),
    ...window,
    expiresInSeconds: rule.expiresInSeconds,
  })
  return { ...signed, expiration: signed.expiration.toISOString() }
}
