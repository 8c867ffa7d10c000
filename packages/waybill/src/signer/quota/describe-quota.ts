/**
 * Says what is left of a quota, for a page to show.
 *
 * @module
 */

import type { QuotaHints } from '../../protocol/rule-hints.ts'
import type { SignerRule } from '../rules/signer-rule.ts'
import type { SignerContext } from '../context/signer-context.ts'
import { quotaWindow } from './quota-window.ts'
import type { RuleQuota } from './rule-quota.ts'

/**
 * Asks what is left for an owner. When the store fails, what is left is missing, and `onError`
 * gets the error: the page still needs the rest.
 */
export async function describeQuota(
  context: SignerContext,
  rule: SignerRule,
  { store, ...quota }: RuleQuota,
  owner: string | undefined,
): Promise<QuotaHints> {
  const window = await quotaWindow(context, rule, quota, owner)
  try {
    const left = await context.ask('quotas.remaining', () => store.remaining(window))
    const { files, size } = quota
    return {
      ...quota,
      remaining: {
        ...(files === undefined ? {} : { files: left.files }),
        ...(size === undefined ? {} : { size: left.size }),
        until: window.endsAt.toISOString(),
      },
    }
  } catch (error) {
    context.onError(error)
    return quota
  }
}
