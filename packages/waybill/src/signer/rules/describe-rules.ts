/**
 * Says what rules allow: to callers of `GET B/rules`, and to the application that renders a page.
 *
 * It says only what a refused caller learns anyway: types, sizes, and whether there are links and
 * removal. It does not say who may upload, where objects go, or how long signatures live.
 *
 * @module
 */

import type { PublicAuthorization } from '../../protocol/authorization.ts'
import type { RuleHints, RulesResponse } from '../../protocol/rule-hints.ts'
import type { SignerRequest } from '../../protocol/signer-request.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import { loadQuotas } from '../quota/quota-of.ts'
import type { SignerContext } from '../context/signer-context.ts'
import { callerOf } from './authorize.ts'
import type { SignerRule } from './signer-rule.ts'

/** Describes all rules by name, without asking `authorize`. */
export function describeRules({
  rules,
}: Pick<SignerContext, 'rules'>): Readonly<Record<string, RuleHints>> {
  return Object.fromEntries([...rules].map(([name, rule]) => [name, describeForAll(rule)]))
}

function describeForAll(rule: SignerRule): RuleHints {
  if (!rule.quota) return describeRule(rule)
  const { store: _, ...quota } = rule.quota
  return { ...describeRule(rule), quota }
}

/** Describes a rule to one caller. */
async function describeTo(
  context: SignerContext,
  rule: SignerRule,
  { owner }: PublicAuthorization,
): Promise<RuleHints> {
  const { quota } = rule
  if (!quota) return describeRule(rule)
  const { describeQuota } = await loadQuotas()
  return { ...describeRule(rule), quota: await describeQuota(context, rule, quota, owner) }
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

/** A file of a type that no browser knows is an octet stream, so an input must offer them all. */
function acceptOf(types: readonly string[]): string {
  const isAny = types.includes('*/*') || types.includes('application/octet-stream')
  return isAny ? '' : types.join(',')
}

/**
 * Answers `GET B/rules`: the rules whose `authorize` knows the caller.
 *
 * @throws {UploadError} When there is no such rule: `UNAUTHENTICATED` if signing in may help. Also
 *   the error of an `authorize` that failed.
 */
export async function answerRules(
  context: SignerContext,
  request: SignerRequest,
): Promise<RulesResponse> {
  const caller = callerOf(context, request)
  const refusals: UploadError[] = []
  const asked = [...context.rules.values()].map(async (rule) => {
    try {
      const authorization = await caller(rule)
      return [[rule.name, await describeTo(context, rule, authorization)] as const]
    } catch (error) {
      if (!(error instanceof UploadError) || error.status >= 500) throw error
      refusals.push(error)
      return []
    }
  })
  const allowed = (await Promise.all(asked)).flat()
  if (allowed.length > 0) return { rules: Object.fromEntries(allowed) }
  throw (
    refusals.find(({ code }) => code === 'UNAUTHENTICATED') ??
    refusals[0] ??
    new UploadError('FORBIDDEN', 'no rule is for this caller')
  )
}
