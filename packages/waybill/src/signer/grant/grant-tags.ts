/**
 * New objects can have these tags: `waybill=pending`, until the arrival handler replaces it with
 * its verdict; `waybill-claim`, until `signer.claim` removes it; and permanent tags from
 * `objectDefaults`.
 *
 * A lifecycle rule can match a tag, but not the absence of a tag. With these tags, it can remove
 * objects that were never checked or never claimed. All three strategies sign the tags, so clients
 * can neither omit nor change them.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html
 * @module
 */

import { CLAIM_TAG, claimTagDays } from '../../protocol/claim.ts'
import type { Tag } from '../../protocol/object-defaults.ts'
import type { Waybill } from '../../seal/waybill.ts'
import type { SignerContext } from '../context/signer-context.ts'
import type { SignerRule } from '../rules/signer-rule.ts'

type Options = Pick<SignerContext, 'pendingTag' | 'fixed' | 'waybillExpiresInSeconds'>

export function tagFields(options: Options, rule: SignerRule): Record<string, string> {
  const tags = tagsOf(options, rule, 'post')
  if (tags.length === 0) return {}
  // S3 does not allow characters in tags that would have to be escaped in XML.
  const set = tags.map(([name, value]) => `<Tag><Key>${name}</Key><Value>${value}</Value></Tag>`)
  return { tagging: `<Tagging><TagSet>${set.join('')}</TagSet></Tagging>` }
}

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
