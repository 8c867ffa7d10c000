/**
 * `POST /link`, `/remove` and `/verdict`: the calls for stored objects.
 *
 * A receipt alone grants nothing. The rule must allow links or removal, and its `authorize` must
 * accept the caller. Verdicts are always allowed, because they reveal no content.
 *
 * @module
 */

import type { SignerRequest } from '../../protocol/authorization.ts'
import type { Permission } from '../../protocol/check-rules.ts'
import type { LinkResponse, RemoveResponse } from '../../protocol/messages.ts'
import {
  parseLinkRequest,
  parseRemoveRequest,
  parseVerdictRequest,
  readReceipt,
} from '../../protocol/parse-stored-object.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import type { VerdictResponse, VerdictsResponse } from '../../protocol/verdict.ts'
import { readTags } from '../../storage/objects.ts'
import type { CallContext } from '../context/call-context.ts'
import type { SignerContext } from '../context/signer-context.ts'
import { describeReceipt } from '../refusals.ts'
import { type Caller, callerOf, findRule } from '../rules/authorize.ts'
import type { SignerRule } from '../rules/signer-rule.ts'
import { signFound } from './download-url.ts'
import { findObject, type RequestedObject, readReference } from './find-object.ts'
import { checkVerified, verdictIn } from './read-verdict.ts'
import { removeRequested } from './remove-object.ts'

/** The link is valid for as long as the rule's other signatures. */
export async function answerLink(
  context: SignerContext,
  request: SignerRequest,
  body: unknown,
): Promise<LinkResponse> {
  const { receipt, disposition } = parseLinkRequest(body)
  const caller = callerOf(context, request)
  const { requested, rule } = await permitted(context, caller, receipt, 'read')
  const found = await findObject(context, requested)
  await checkVerified(context, found)
  const { expiresInSeconds } = rule
  const { url, expiration } = await signFound(context, found, { expiresInSeconds, disposition })
  return { url, expiration: expiration.toISOString() }
}

export async function answerRemove(
  context: SignerContext,
  request: SignerRequest,
  body: unknown,
): Promise<RemoveResponse> {
  const { receipt } = parseRemoveRequest(body)
  const caller = callerOf(context, request)
  const { requested } = await permitted(context, caller, receipt, 'remove')
  return removeRequested(context, requested)
}

/**
 * @throws {UploadError} `STORAGE_REFUSED` if the store does not support tags. Its objects never get
 *   a verdict. With several receipts, the response contains the errors.
 */
export async function answerVerdict(
  context: CallContext,
  request: SignerRequest,
  body: unknown,
): Promise<VerdictResponse | VerdictsResponse> {
  const asked = parseVerdictRequest(body)
  const caller = callerOf(context, request)
  const answer = async (receipt: string) => {
    const { requested } = await permitted(context, caller, receipt)
    return verdictIn(await readTags(context.s3, await findObject(context, requested)))
  }
  if ('receipt' in asked) return answer(asked.receipt)
  const { respondToEach, readEach } = await import('../complete/complete-uploads.ts')
  const receipts = readEach(asked.list, 'receipts', readReceipt)
  const describe = (receipt: unknown) => describeReceipt(context, receipt)
  return { verdicts: await respondToEach(context, 'verdict', receipts, { answer, describe }) }
}

const DAY = 86_400

const REFUSALS = {
  read: 'READ_NOT_ALLOWED',
  remove: 'REMOVE_NOT_ALLOWED',
} as const

/**
 * Checks that the receipt's rule allows the action and that the caller is the owner.
 *
 * @param action - Omitted for a call that every rule allows.
 * @throws {UploadError} `RECEIPT_INVALID`, `RECEIPT_EXPIRED`, `RECEIPT_OWNER`, `RULE_UNKNOWN`,
 *   `READ_NOT_ALLOWED`, `REMOVE_NOT_ALLOWED`, or whatever `authorize` throws.
 */
async function permitted(
  context: SignerContext,
  caller: Caller,
  text: string,
  action?: 'read' | 'remove',
): Promise<{ readonly requested: RequestedObject; readonly rule: SignerRule }> {
  const { receipts } = await context.seal()
  const receipt = await receipts.open(text)
  const rule = findRule(context, receipt.rule)
  const { owner = null } = await caller(rule)
  const hasOwner = receipt.owner !== undefined
  if (action && !allows(rule[action], hasOwner)) {
    const which = hasOwner ? '' : ' to callers with a receipt alone'
    throw new UploadError(REFUSALS[action], `rule '${rule.name}' does not allow ${action}${which}`)
  }
  // An upload without an owner does not belong to the caller, even if the caller has signed in
  // since. Its receipt works for anyone who has it, so it is valid only for a day. Other receipts
  // get an extra day, because S3 dates a multipart upload from its start.
  const maxAgeSeconds = hasOwner ? context.waybillExpiresInSeconds + DAY : DAY
  const expectation = { owner: hasOwner ? owner : null, maxAgeSeconds }
  const requested = await readReference(context, text, expectation)
  return { requested, rule }
}

function allows(permission: Permission, hasOwner: boolean): boolean {
  return hasOwner ? permission !== false : permission === 'receipt'
}
