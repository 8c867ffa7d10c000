/**
 * `POST /link`, `/remove`, `/verdict` and `/claim`: the calls for stored objects.
 *
 * A receipt alone grants nothing. The rule must allow links or removal, and its `authorize` must
 * accept the caller. Verdicts are always allowed, because they reveal no content. A backend may do
 * all of this with its owner's objects, and name them by their keys.
 *
 * @module
 */

import {
  BACKEND,
  type PublicAuthorization,
  type SignerRequest,
} from '../../protocol/authorization.ts'
import type { Permission } from '../../protocol/check-rules.ts'
import { memberOf } from '../../protocol/json-value.ts'
import type {
  ClaimRequest,
  ClaimResponse,
  LinkResponse,
  ObjectKeyRequest,
  RemoveResponse,
} from '../../protocol/messages.ts'
import {
  parseDisposition,
  parseStoredObject,
  parseVerdictRequest,
  readReceipt,
} from '../../protocol/parse-stored-object.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import type { VerdictResponse, VerdictsResponse } from '../../protocol/verdict.ts'
import type { Receipt } from '../../seal/receipt.ts'
import { readTags } from '../../storage/objects.ts'
import type { CallContext } from '../context/call-context.ts'
import type { SignerContext } from '../context/signer-context.ts'
import { describeReceipt } from '../refusals.ts'
import { type Caller, callerOf, findRule } from '../rules/authorize.ts'
import type { SignerRule } from '../rules/signer-rule.ts'
import { claimRequested } from './claim-object.ts'
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
  const asked = parseStoredObject(body)
  const disposition = parseDisposition(body)
  const caller = callerOf(context, request)
  const { requested, rule } = await permitted(context, caller, asked, 'read')
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
  const asked = parseStoredObject(body)
  const { requested } = await permitted(context, callerOf(context, request), asked, 'remove')
  return removeRequested(context, requested)
}

/** Only a backend can claim objects. It learns what the receipt says. */
export async function answerClaim(
  context: SignerContext,
  request: SignerRequest,
  body: unknown,
): Promise<ClaimResponse> {
  const asked = parseStoredObject(body)
  const { requested, receipt } = await permitted(
    context,
    callerOf(context, request),
    asked,
    'claim',
  )
  const { key, versionId } = await claimRequested(context, requested)
  const { bucket } = context.location
  return receipt ?? { bucket, key, ...(versionId === undefined ? {} : { versionId }) }
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
  const answer = async (asked: ClaimRequest) => {
    const { requested } = await permitted(context, caller, asked)
    return verdictIn(await readTags(context.s3, await findObject(context, requested)))
  }
  if (!('list' in asked)) return answer(asked)
  const { respondToEach, readEach } = await import('../complete/complete-uploads.ts')
  const receipts = readEach(asked.list, 'receipts', (receipt) => ({
    receipt: readReceipt(receipt),
  }))
  const describe = (asked: unknown) => describeReceipt(context, memberOf(asked, 'receipt'))
  return { verdicts: await respondToEach(context, 'verdict', receipts, { answer, describe }) }
}

const DAY = 86_400

const REFUSALS = {
  read: 'READ_NOT_ALLOWED',
  remove: 'REMOVE_NOT_ALLOWED',
} as const

interface Permitted {
  readonly requested: RequestedObject
  readonly rule: SignerRule
  readonly receipt?: Receipt
}

/**
 * Checks that the object's rule allows the action and that the caller is the owner.
 *
 * @param action - Omitted for a call that every rule allows.
 * @throws {UploadError} `RECEIPT_INVALID`, `RECEIPT_EXPIRED`, `RECEIPT_OWNER`, `RULE_UNKNOWN`,
 *   `READ_NOT_ALLOWED`, `REMOVE_NOT_ALLOWED`, `FORBIDDEN`, or whatever `authorize` throws.
 */
async function permitted(
  context: SignerContext,
  caller: Caller,
  asked: ClaimRequest,
  action?: 'read' | 'remove' | 'claim',
): Promise<Permitted> {
  if (!('receipt' in asked)) return permittedKey(context, caller, asked)
  const { receipts } = await context.seal()
  const receipt = await receipts.open(asked.receipt)
  const rule = findRule(context, receipt.rule)
  const authorization = await caller(rule)
  const { owner = null } = authorization
  if (isBackend(authorization)) {
    const expectation = { owner, maxAgeSeconds: Number.POSITIVE_INFINITY }
    return { requested: await readReference(context, asked.receipt, expectation), rule, receipt }
  }
  if (action === 'claim') throw notBackend('objects can be claimed')
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
  return { requested: await readReference(context, asked.receipt, expectation), rule }
}

async function permittedKey(
  context: SignerContext,
  caller: Caller,
  { rule: name, ...reference }: ObjectKeyRequest,
): Promise<Permitted> {
  const rule = findRule(context, name)
  const authorization = await caller(rule)
  if (!isBackend(authorization)) throw notBackend('an object can be named by its key')
  const { owner = null } = authorization
  return { requested: await readReference(context, reference, { owner, rule: rule.name }), rule }
}

function isBackend(authorization: PublicAuthorization): boolean {
  return BACKEND in authorization && authorization.owner !== undefined
}

function notBackend(what: string): UploadError {
  return new UploadError('FORBIDDEN', `${what} only with a token whose scope is "backend"`)
}

function allows(permission: Permission, hasOwner: boolean): boolean {
  return hasOwner ? permission !== false : permission === 'receipt'
}
