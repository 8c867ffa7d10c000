/**
 * Runs the `authorize` of a rule, at every call.
 *
 * @module
 */

import type { PublicAuthorization } from '../../protocol/authorization.ts'
import { show } from '../../protocol/json-value.ts'
import type { UploadReference } from '../../protocol/messages.ts'
import type { SignerRequest } from '../../protocol/signer-request.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import type { SignerContext } from '../context/signer-context.ts'
import type { Waybill } from '../waybill/waybill.ts'
import type { RuleCall } from './checked-authorize.ts'
import type { SignerRule } from './signer-rule.ts'

/**
 * Finds a rule by its name.
 *
 * @param name - From the client; it may be left out when there is only one rule.
 * @throws {UploadError} `RULE_UNKNOWN`
 */
export function findRule({ rules }: SignerContext, name: string | undefined): SignerRule {
  const [only] = rules.values()
  const rule = name === undefined && rules.size === 1 ? only : rules.get(name ?? '')
  if (rule) return rule
  throw new UploadError(
    'RULE_UNKNOWN',
    `rule is ${show(name)}, the signer has ${namesOf(rules)}: name one of these in the page, or add the rule to the signer`,
  )
}

/** Names that a message lists. */
const MAX_NAMES = 16

/** Rule names are no secret: pages name them, and a rule decides by `authorize`. */
function namesOf(rules: SignerContext['rules']): string {
  const names = [...rules.keys()].slice(0, MAX_NAMES).map((name) => `"${name}"`)
  const more = rules.size - names.length
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** Authorizes the caller of one request under a rule. */
export type Caller = (rule: SignerRule) => Promise<PublicAuthorization>

/**
 * Creates the `Caller` of a request. It runs `authorize` once for each rule, not for each waybill.
 */
export function callerOf(context: RuleCall, request: SignerRequest): Caller {
  const known = new Map<SignerRule, Promise<PublicAuthorization>>()
  return (rule) => {
    const authorization = known.get(rule) ?? rule.authorize(request, context)
    known.set(rule, authorization)
    return authorization
  }
}

/** An upload that a caller may touch. */
export interface PresentedUpload {
  readonly waybill: Waybill
  /** The waybill as S3 keeps it with the object. */
  readonly sealed: string
  readonly rule: SignerRule
  readonly authorization: PublicAuthorization
}

/**
 * Opens the waybill that a client presents, and checks that the caller is its owner.
 *
 * @throws {UploadError} `WAYBILL_INVALID`, `WAYBILL_EXPIRED`, `WAYBILL_NOT_YOURS`;
 *   `REQUEST_INVALID` when the upload id is missing; or what `authorize` refuses with.
 */
export async function presentWaybill(
  context: SignerContext,
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
