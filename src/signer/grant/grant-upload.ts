/**
 * Turns a sealed waybill into the permission that the client uses: signed for the one file, by its strategy.
 *
 * @module
 */

import { WAYBILL_FIELD } from '../../aws/head-object.ts'
import { createMultipartUpload } from '../../aws/multipart.ts'
import type { PartWindowMessage, UploadGrant } from '../../protocol/index.ts'
import type { PartWindow } from '../../s3/index.ts'
import type { SignerRule } from '../rules/signer-rule.ts'
import type { SignerContext } from '../signer-context.ts'
import type { Waybill } from '../waybill/waybill.ts'
import { grantPost } from './grant-post.ts'
import { pendingHeaders } from './pending-tag.ts'
import { planOf } from './plan-upload.ts'

/** Parts signed along with a new upload: 5.7 KB, and enough to send 1.6 GB before the client must ask again. */
const FIRST_WINDOW = 100

export async function grantUpload(
  context: SignerContext,
  rule: SignerRule,
  waybill: Waybill,
  sealed: string,
): Promise<UploadGrant> {
  const seal = await context.seal()
  const granted = { waybill: await seal.present(sealed), key: waybill.key }
  if (waybill.strategy === 'post') {
    const { url, fields, expiration } = await grantPost(context, rule, waybill, sealed)
    return {
      ...granted,
      strategy: 'post',
      expiration: expiration.toISOString(),
      presignedPost: { url, fields },
    }
  }
  if (waybill.strategy === 'put') {
    const { url, headers, expiration } = await grantPut(context, rule, waybill, sealed)
    return { ...granted, strategy: 'put', expiration: expiration.toISOString(), url, headers }
  }
  const { key, type } = waybill
  const { partSize } = planOf(waybill)
  const uploadId = await createMultipartUpload(context.s3, {
    key,
    headers: { 'content-type': type, [WAYBILL_FIELD]: sealed, ...pendingHeaders(context) },
    // The id is 128 random bits.
    isKeyUnique: waybill.id !== '' && key.includes(waybill.id),
    onError: context.onError,
  })
  const parts = await signParts(context, rule, waybill, { uploadId, from: 1, count: FIRST_WINDOW })
  const { expiration } = parts
  return { ...granted, strategy: 'multipart', expiration, uploadId, partSize, parts }
}

/**
 * One presigned PUT for one file: the length, the type and the checksum are signed in, and a second PUT of it meets
 * `if-none-match` where the store knows that.
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
      ...pendingHeaders(context),
      ...(context.additionalChecksums && waybill.sha256 !== undefined
        ? { 'x-amz-checksum-sha256': waybill.sha256 }
        : {}),
    },
    expiresInSeconds: rule.expiresInSeconds,
  })
  // Whoever sends a body of known length sends its length; a browser lets nobody else set it.
  const { 'content-length': _length, ...rest } = headers
  return { url, headers: rest, expiration }
}

/** Signs a window of parts, each with its exact length. */
export async function signParts(
  context: SignerContext,
  rule: SignerRule,
  waybill: Waybill,
  window: { readonly uploadId: string; readonly from: number; readonly count: number },
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
