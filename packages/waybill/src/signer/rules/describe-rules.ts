/**
 * Describes what rules allow, for clients and for servers that render a page.
 *
 * The description contains only what a rejected caller learns anyway. It does not reveal who can
 * upload, where objects are stored, or how long signatures are valid.
 *
 * @module
 */

import type { PublicAuthorization, SignerRequest } from '../../protocol/authorization.ts'
import type { RuleHints, RulesResponse } from '../../protocol/messages.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import { VERSION } from '../../protocol/version.ts'
import type { QuotaContext } from '../quota/count-grants.ts'
import { loadCounting } from '../quota/rule-quota.ts'
import { callerOf, type KnownRules, ruleFor } from './authorize.ts'
import type { Store } from './narrow-rule.ts'
import type { RuleCall } from './rule-functions.ts'
import type { SignerRule } from './signer-rule.ts'

export function describeRules({ rules }: KnownRules): Readonly<Record<string, RuleHints>> {
  return Object.fromEntries([...rules].map(([name, rule]) => [name, describeForAll(rule)]))
}

function describeForAll(rule: SignerRule): RuleHints {
  if (!rule.quota) return describeRule(rule)
  const { store: _, ...quota } = rule.quota
  return { ...describeRule(rule), quota }
}

async function describeTo(
  context: QuotaContext,
  rule: SignerRule,
  { owner }: PublicAuthorization,
): Promise<RuleHints> {
  const { quota } = rule
  if (!quota) return describeRule(rule)
  const { describeQuota } = await loadCounting()
  return { ...describeRule(rule), quota: await describeQuota(context, rule.name, quota, owner) }
}

function describeRule({ types, size, read, remove }: SignerRule): RuleHints {
  return {
    types,
    accept: acceptOf(types),
    maxSize: size.max,
    minSize: size.min,
    read: read !== false,
    remove: remove !== false,
  }
}

/**
 * Browsers report files of unknown types as `application/octet-stream`. If a rule allows that type,
 * the file input must therefore offer all files.
 */
function acceptOf(types: readonly string[]): string {
  const isAny = types.includes('*/*') || types.includes('application/octet-stream')
  return isAny ? '' : types.join(',')
}

/**
 * Answers `GET /rules` with the rules whose `authorize` accepts the caller, narrowed for them.
 *
 * @throws {UploadError} If no rule accepts the caller, or if an `authorize` function fails. The
 *   code is `UNAUTHENTICATED` if signing in may help.
 */
export async function answerRules(
  context: KnownRules & RuleCall & QuotaContext & Store,
  request: SignerRequest,
): Promise<RulesResponse> {
  const caller = callerOf(context, request)
  const refusals: UploadError[] = []
  const asked = [...context.rules.values()].map(async (rule) => {
    try {
      const authorization = await caller(rule)
      const narrowed = await ruleFor(context, rule, authorization)
      return [[rule.name, await describeTo(context, narrowed, authorization)] as const]
    } catch (error) {
      if (!(error instanceof UploadError) || error.status >= 500) throw error
      refusals.push(error)
      return []
    }
  })
  const allowed = (await Promise.all(asked)).flat()
  if (allowed.length > 0) return { version: VERSION, rules: Object.fromEntries(allowed) }
  throw (
    refusals.find(({ code }) => code === 'UNAUTHENTICATED') ??
    refusals[0] ??
    new UploadError('FORBIDDEN', 'no rule is for this caller')
  )
}
