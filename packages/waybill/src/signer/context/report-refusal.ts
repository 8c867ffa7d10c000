import { CALLS, findCall } from '../../protocol/calls.ts'
import { memberOf, tryParseJson } from '../../protocol/json-value.ts'
import type { RefusalEvent, SignerCall } from '../../protocol/signer-event.ts'
import type { SignerRequest } from '../../protocol/signer-request.ts'
import type { UploadError } from '../../protocol/upload-error.ts'
import type { Waybill } from '../../seal/waybill.ts'
import type { CallContext } from './call-context.ts'
import type { SignerContext } from './signer-context.ts'

export type RefusedUpload = Pick<RefusalEvent, 'rule' | 'owner' | 'key' | 'size' | 'contentType'>

export function reportRefusal(
  { report, id }: CallContext,
  call: SignerCall,
  failure: UploadError,
  upload: RefusedUpload,
): void {
  const { code, status } = failure
  report?.({ type: 'refusal', id: id(), call, code, status, ...upload }, failure)
}

export async function reportRefusedCall(
  context: CallContext,
  request: SignerRequest,
  failure: UploadError,
): Promise<void> {
  if (!context.report) return
  const path = request.path === '/' ? '' : request.path
  const found = findCall(request.method, path)
  const call = found ? CALLS[found] : 'unknown'
  // A body that was rejected for its length is not parsed here either.
  const readable = failure.code !== 'REQUEST_TOO_LARGE'
  const upload = readable ? await refusedUpload(context, call, request) : {}
  reportRefusal(context, call, failure, upload)
}

async function refusedUpload(
  context: SignerContext,
  call: SignerCall,
  { query, body }: SignerRequest,
): Promise<RefusedUpload> {
  if (call === 'unknown' || call === 'rules') return {}
  if (call === 'form') return knownRule(context, query.rule)
  const value = tryParseJson(body ?? '')
  if (call === 'create') return knownRule(context, memberOf(value, 'rule'))
  const receipt = memberOf(value, 'receipt')
  if (receipt !== undefined) return describeReceipt(context, receipt)
  return describeWaybill(context, value)
}

/** Returns an empty object if the waybill cannot be opened. */
export async function describeWaybill(
  context: SignerContext,
  presented: unknown,
): Promise<RefusedUpload> {
  const waybill = memberOf(presented, 'waybill')
  const uploadId = memberOf(presented, 'uploadId')
  if (typeof waybill !== 'string') return {}
  try {
    const { openPresented } = await context.seal()
    const opened = await openPresented(waybill, typeof uploadId === 'string' ? uploadId : undefined)
    return uploadOf(opened.waybill)
  } catch {
    return {}
  }
}

export async function describeReceipt(
  context: SignerContext,
  text: unknown,
): Promise<RefusedUpload> {
  try {
    const { receipts } = await context.seal()
    const { rule, owner, key, size, type } = await receipts.open(text)
    return { rule, key, size, contentType: type, ...(owner === undefined ? {} : { owner }) }
  } catch {
    return {}
  }
}

/** Returns the properties that all events about an upload share. */
export function uploadOf({ rule, owner, key, size: { min, max }, type }: Waybill) {
  return {
    rule,
    key,
    contentType: type,
    ...(owner === undefined ? {} : { owner }),
    ...(min === max ? { size: max } : {}),
  }
}

/** Returns only names of existing rules, because clients can send any name. */
function knownRule({ rules }: SignerContext, name: unknown): RefusedUpload {
  const rule = name === undefined && rules.size === 1 ? [...rules.keys()][0] : name
  return typeof rule === 'string' && rules.has(rule) ? { rule } : {}
}
