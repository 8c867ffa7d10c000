/**
 * The tags of new objects: `waybill=pending`, which arrival replaces by its verdict,
 * `waybill-claim`, which `signer.claim` removes, and those of `objectDefaults`, which stay.
 *
 * A lifecycle rule can match a tag but not a missing tag. With these, it can remove objects that
 * were never judged or never claimed. They are signed in all three strategies, so that clients
 * cannot leave them out or change them.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html
 * @module
 */

import { CLAIM_TAG, claimTagDays } from '../../protocol/claim.ts'
import type { Tag } from '../../protocol/object-defaults.ts'
import type { SignerRule } from '../rules/signer-rule.ts'
import type { SignerContext } from '../context/signer-context.ts'
import type { Waybill } from '../waybill/waybill.ts'

type Options = Pick<SignerContext, 'pendingTag' | 'fixed' | 'waybillExpiresInSeconds'>

/** Returns the form field of a presigned POST; none when the object gets no tags. */
export function tagFields(options: Options, rule: SignerRule): Record<string, string> {
  const tags = tagsOf(options, rule, 'post')
  if (tags.length === 0) return {}
  // S3 takes no name and no value with a character that XML would have to escape.
  const set = tags.map(([name, value]) => `<Tag><Key>${name}</Key><Value>${value}</Value></Tag>`)
  return { tagging: `<Tagging><TagSet>${set.join('')}</TagSet></Tagging>` }
}

/** Returns the header of a PUT or of CreateMultipartUpload; none when the object gets no tags. */
export function tagHeaders(
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
