/**
 * The `refusal` events of the signer: what is known of an upload whose call failed.
 *
 * @module
 */

import {
  baseContentType,
  isContentType,
  parseJson,
  type SignerRequest,
  type UploadError,
} from '../protocol/index.ts'
import type { RefusalEvent, SignerCall } from '../protocol/signer-event.ts'
import type { SignerContext } from './signer-context.ts'
import type { Waybill } from './waybill/waybill.ts'

/** What a refusal says of its upload. */
export type RefusedUpload = Pick<RefusalEvent, 'rule' | 'owner' | 'key' | 'size' | 'contentType'>

const CALLS: ReadonlyMap<string, SignerCall> = new Map([
  ['POST ', 'create'],
  ['GET ', 'form'],
  ['POST /parts', 'parts'],
  ['POST /list', 'list'],
  ['POST /complete', 'complete'],
  ['POST /abort', 'abort'],
])

/** Tells that one file or upload was refused, or a whole call of which `upload` says what is known. */
export function tellRefusal(
  { tell }: SignerContext,
  call: SignerCall,
  { code, status }: UploadError,
  upload: RefusedUpload,
): void {
  tell?.({ type: 'refusal', call, code, status, ...upload })
}

/** Tells that a call was refused as a whole. What the event says of its upload is read from the request. */
export async function tellRefusedCall(
  context: SignerContext,
  request: SignerRequest,
  failure: UploadError,
): Promise<void> {
  if (!context.tell) return
  const path = request.path === '/' ? '' : request.path
  const call = CALLS.get(`${request.method} ${path}`) ?? 'unknown'
  // A body that was too long to be read for the call is not read for its event.
  const readable = failure.code !== 'REQUEST_TOO_LARGE'
  const upload = readable ? await refusedUpload(context, call, request) : {}
  tellRefusal(context, call, failure, upload)
}

async function refusedUpload(
  context: SignerContext,
  call: SignerCall,
  { query, body }: SignerRequest,
): Promise<RefusedUpload> {
  if (call === 'unknown') return {}
  if (call === 'form') return knownRule(context, query.rule)
  const value = readJson(body ?? '')
  if (call === 'create') return knownRule(context, member(value, 'rule'))
  return describeWaybill(context, member(value, 'waybill'))
}

/** @returns What a waybill says of its upload; nothing when it cannot be opened. */
export async function describeWaybill(
  context: SignerContext,
  presented: unknown,
): Promise<RefusedUpload> {
  if (typeof presented !== 'string') return {}
  try {
    const seal = await context.seal()
    return uploadOf((await seal.openPresented(presented)).waybill)
  } catch {
    return {}
  }
}

/** @returns The members that all events of an upload have. `size` is missing where a form was signed without one. */
export function uploadOf({ rule, owner, key, size: { min, max }, type }: Waybill) {
  return {
    rule,
    key,
    contentType: type,
    ...(owner === undefined ? {} : { owner }),
    ...(min === max ? { size: max } : {}),
  }
}

/** Only a name that the signer has: anything may be written there. */
function knownRule({ rules }: SignerContext, name: unknown): RefusedUpload {
  if (name === undefined && rules.size === 1) return { rule: [...rules.keys()][0] ?? '' }
  return typeof name === 'string' && rules.has(name) ? { rule: name } : {}
}

/** @returns The content type that a client declares, when it is one. */
export function declaredType(type: string): Pick<RefusedUpload, 'contentType'> {
  const contentType = baseContentType(type)
  return isContentType(contentType) ? { contentType } : {}
}

function readJson(text: string): unknown {
  try {
    return parseJson(text)
  } catch {
    return undefined
  }
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
