/**
 * Finds the rule of a call, authorizes the caller and opens the waybill that the caller presents.
 *
 * @module
 */

import {
  BACKEND,
  type PublicAuthorization,
  type SignerRequest,
} from '../../protocol/authorization.ts'
import { show } from '../../protocol/json-value.ts'
import type { UploadReference } from '../../protocol/messages.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import type { Seal } from '../../seal/seal.ts'
import type { Waybill } from '../../seal/waybill.ts'
import type { Store } from './narrow-rule.ts'
import type { RuleCall } from './rule-functions.ts'
import type { SignerRule } from './signer-rule.ts'

export interface KnownRules {
  readonly rules: ReadonlyMap<string, SignerRule>
}

/**
 * @param name - Sent by the client. Can be omitted if the signer has only one rule.
 * @throws {UploadError} `RULE_UNKNOWN`
 */
export function findRule({ rules }: KnownRules, name: string | undefined): SignerRule {
  const [only] = rules.values()
  const rule = name === undefined && rules.size === 1 ? only : rules.get(name ?? '')
  if (rule) return rule
  throw new UploadError(
    'RULE_UNKNOWN',
    `rule is ${show(name)}, the signer has ${namesOf(rules)}: name one of these in the page, or add the rule to the signer`,
  )
}

const MAX_NAMES = 16

/** Rule names are not secret: pages contain them, and `authorize` decides who can use a rule. */
function namesOf(rules: KnownRules['rules']): string {
  const names = [...rules.keys()].slice(0, MAX_NAMES).map((name) => `"${name}"`)
  const more = rules.size - names.length
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/**
 * Authorizes a call.
 *
 * @throws {UploadError} Whatever `authorize` throws; `FORBIDDEN` if the caller's limits do not name
 *   the rule, or if the call is not for backends.
 */
export async function authorized(
  context: RuleCall,
  rule: SignerRule,
  request: SignerRequest,
): Promise<PublicAuthorization> {
  const authorization = await rule.authorize(request, context)
  if (authorization.only !== undefined || BACKEND in authorization) {
    const { checkCaller } = await import('./narrow-rule.ts')
    checkCaller(context, rule, request, authorization)
  }
  return authorization
}

/** Returns the rule as it is for this caller, for calls that create or describe uploads. */
export async function ruleFor(
  store: Store,
  rule: SignerRule,
  { only }: PublicAuthorization,
): Promise<SignerRule> {
  if (only === undefined) return rule
  const { narrowRule } = await import('./narrow-rule.ts')
  return narrowRule(store, rule, only)
}

export type Caller = (rule: SignerRule) => Promise<PublicAuthorization>

/**
 * The returned function runs each rule's `authorize` only once, even for a request with several
 * waybills.
 */
export function callerOf(context: RuleCall, request: SignerRequest): Caller {
  const known = new Map<SignerRule, Promise<PublicAuthorization>>()
  return (rule) => {
    const authorization = known.get(rule) ?? authorized(context, rule, request)
    known.set(rule, authorization)
    return authorization
  }
}

interface WaybillReading extends KnownRules {
  seal(): Promise<Pick<Seal, 'openPresented'>>
  now(): Date
}

export interface PresentedUpload {
  readonly waybill: Waybill
  readonly sealed: string
  readonly rule: SignerRule
  readonly authorization: PublicAuthorization
}

/**
 * Opens the waybill that a client presents and checks that the caller owns it.
 *
 * @throws {UploadError} `WAYBILL_INVALID`, `WAYBILL_EXPIRED` or `WAYBILL_NOT_YOURS`;
 *   `REQUEST_INVALID` if the upload id is missing; or whatever `authorize` throws.
 */
export async function presentWaybill(
  context: WaybillReading,
  caller: Caller,
  presented: UploadReference,
): Promise<PresentedUpload> {
  const seal = await context.seal()
  const { waybill, sealed } = await seal.openPresented(presented.waybill, presented.uploadId)
  const rule = findRule(context, waybill.rule)
  const authorization = await caller(rule)
  if (authorization.owner !== waybill.owner) {
    throw new UploadError('WAYBILL_NOT_YOURS', 'waybill belongs to another owner')
  }
  if (waybill.expiration <= context.now()) {
    throw new UploadError(
      'WAYBILL_EXPIRED',
      `waybill expired at ${waybill.expiration.toISOString()}`,
    )
  }
  return { waybill, sealed, rule, authorization }
}
