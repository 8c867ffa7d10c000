/**
 * Signs a form, a PUT or the first parts of one upload.
 *
 * New objects can have these tags: `waybill=pending`, until the arrival handler replaces it with
 * its verdict; `waybill-claim`, until `signer.claim` removes it; and permanent tags from
 * `objectDefaults`. A lifecycle rule can match a tag, but not the absence of a tag. With these
 * tags, it can remove objects that were never checked or never claimed. All three strategies sign
 * the tags, so clients can neither omit nor change them.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html
 *
 * @module
 */

import type { PartWindow, PresignedPost } from 'waybill-s3'
import { CLAIM_TAG, claimTagDays } from '../../protocol/claim.ts'
import type { PartsRequest, PartWindowMessage, UploadGrant } from '../../protocol/messages.ts'
import type { Tag } from '../../protocol/object-defaults.ts'
import type { Waybill } from '../../seal/waybill.ts'
import { createMultipartUpload } from '../../storage/multipart.ts'
import { WAYBILL_FIELD } from '../../storage/waybill-field.ts'
import type { SignerContext } from '../context/signer-context.ts'
import type { SignerRule } from '../rules/signer-rule.ts'
import { planOf } from '../strategy-and-part-size.ts'

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

type Options = Pick<SignerContext, 'pendingTag' | 'fixed' | 'waybillExpiresInSeconds'>

function tagFields(options: Options, rule: SignerRule): Record<string, string> {
  const tags = tagsOf(options, rule, 'post')
  if (tags.length === 0) return {}
  // S3 does not allow characters in tags that would have to be escaped in XML.
  const set = tags.map(([name, value]) => `<Tag><Key>${name}</Key><Value>${value}</Value></Tag>`)
  return { tagging: `<Tagging><TagSet>${set.join('')}</TagSet></Tagging>` }
}

function tagHeaders(
  options: Options,
  rule: SignerRule,
  { strategy }: Pick<Waybill, 'strategy'>,
): Record<string, string> {
  const tags = tagsOf(options, rule, strategy)
  if (tags.length === 0) return {}
  return { 'x-amz-tagging': tags.map(encoded).join('&') }
}

function encoded(tag: Tag): string {
  return tag.map((text) => encodeURIComponent(text)).join('=')
}

function tagsOf(
  { pendingTag, fixed, waybillExpiresInSeconds }: Options,
  { claimDays }: Pick<SignerRule, 'claimDays'>,
  strategy: Waybill['strategy'],
): Tag[] {
  const tags: Tag[] = pendingTag ? [['waybill', 'pending']] : []
  if (claimDays !== undefined) {
    const days = claimTagDays(claimDays, waybillExpiresInSeconds)
    tags.push([CLAIM_TAG, String(strategy === 'multipart' ? days.multipart : days.single)])
  }
  return [...tags, ...fixed.tags]
}
