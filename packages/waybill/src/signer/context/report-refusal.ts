/**
 * Tells `onEvent` of refused calls, with what is known of the upload.
 *
 * @module
 */

import { baseContentType } from '../../protocol/content-types/base-content-type.ts'
import { isContentType } from '../../protocol/content-type.ts'
import { parseJson } from '../../protocol/json-value.ts'
import type { RefusalEvent, SignerCall } from '../../protocol/signer-event.ts'
import type { SignerRequest } from '../../protocol/signer-request.ts'
import type { UploadError } from '../../protocol/upload-error.ts'
import type { CallContext } from './call-context.ts'
import type { SignerContext } from './signer-context.ts'
import type { Waybill } from '../waybill/waybill.ts'

/** What a `refusal` event says of its upload. */
export type RefusedUpload = Pick<RefusalEvent, 'rule' | 'owner' | 'key' | 'size' | 'contentType'>

const CALLS: ReadonlyMap<string, SignerCall> = new Map([
  ['POST ', 'create'],
  ['GET ', 'form'],
  ['GET /rules', 'rules'],
  ['POST /parts', 'parts'],
  ['POST /list', 'list'],
  ['POST /complete', 'complete'],
  ['POST /abort', 'abort'],
  ['POST /link', 'link'],
  ['POST /remove', 'remove'],
  ['POST /verdict', 'verdict'],
])

/** Tells that a file, an upload or a whole call was refused. */
export function tellRefusal(
  { tell, id }: CallContext,
  call: SignerCall,
  { code, status }: UploadError,
  upload: RefusedUpload,
): void {
  tell?.({ type: 'refusal', id: id(), call, code, status, ...upload })
}

/** Tells that a whole call was refused. It reads from the request which upload it was about. */
export async function tellRefusedCall(
  context: CallContext,
  request: SignerRequest,
  failure: UploadError,
): Promise<void> {
  if (!context.tell) return
  const path = request.path === '/' ? '' : request.path
  const call = CALLS.get(`${request.method} ${path}`) ?? 'unknown'
  // A body that is too long for the call is not read for its event either.
  const readable = failure.code !== 'REQUEST_TOO_LARGE'
  const upload = readable ? await refusedUpload(context, call, request) : {}
  tellRefusal(context, call, failure, upload)
}

async function refusedUpload(
  context: SignerContext,
  call: SignerCall,
  { query, body }: SignerRequest,
): Promise<RefusedUpload> {
  if (call === 'unknown' || call === 'rules') return {}
  if (call === 'form') return knownRule(context, query.rule)
  const value = readJson(body ?? '')
  if (call === 'create') return knownRule(context, member(value, 'rule'))
  const receipt = member(value, 'receipt')
  if (receipt !== undefined) return describeReceipt(context, receipt)
  return describeWaybill(context, value)
}

/**
 * Reads what a waybill says of its upload. Returns nothing when it cannot be opened.
 *
 * @param presented - What should be an `UploadReference`.
 */
export async function describeWaybill(
  context: SignerContext,
  presented: unknown,
): Promise<RefusedUpload> {
  const waybill = member(presented, 'waybill')
  const uploadId = member(presented, 'uploadId')
  if (typeof waybill !== 'string') return {}
  try {
    const { openPresented } = await context.seal()
    const opened = await openPresented(waybill, typeof uploadId === 'string' ? uploadId : undefined)
    return uploadOf(opened.waybill)
  } catch {
    return {}
  }
}

async function describeReceipt(context: SignerContext, text: unknown): Promise<RefusedUpload> {
  try {
    const { receipts } = await context.seal()
    const { rule, owner, key, size, type } = await receipts.open(text)
    return { rule, key, size, contentType: type, ...(owner === undefined ? {} : { owner }) }
  } catch {
    return {}
  }
}

/**
 * Returns the members that all events of an upload have. `size` is missing for a form that was
 * signed without a size.
 */
export function uploadOf({ rule, owner, key, size: { min, max }, type }: Waybill) {
  return {
    rule,
    key,
    contentType: type,
    ...(owner === undefined ? {} : { owner }),
    ...(min === max ? { size: max } : {}),
  }
}

/** Returns the name only when there is such a rule: clients may write anything there. */
function knownRule({ rules }: SignerContext, name: unknown): RefusedUpload {
  const rule = name === undefined && rules.size === 1 ? [...rules.keys()][0] : name
  return typeof rule === 'string' && rules.has(rule) ? { rule } : {}
}

/** Returns the content type that a client declares, when it is valid. */
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
