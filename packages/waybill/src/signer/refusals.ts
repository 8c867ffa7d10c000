/**
 * Converts failures to errors of the wire protocol, and reports refused calls to `onEvent`.
 *
 * @module
 */

import { S3Error } from 'waybill-s3'
import { ApplicationFailed } from '../events/ask-application.ts'
import { refusalCode } from '../events/report-error.ts'
import type { SignerRequest } from '../protocol/authorization.ts'
import { CALLS, findCall } from '../protocol/calls.ts'
import { memberOf, tryParseJson } from '../protocol/json-value.ts'
import { describeRefusal, refusalAdvice } from '../protocol/refusal-advice.ts'
import type { RefusalEvent, SignerCall } from '../protocol/signer-event.ts'
import { UploadError } from '../protocol/upload-error.ts'
import { SecretUnavailable } from '../seal/secret.ts'
import { type Waybill, WaybillUnreadable } from '../seal/waybill.ts'
import { StorageUnavailable } from '../storage/storage-unavailable.ts'
import type { CallContext } from './context/call-context.ts'
import type { SignerContext } from './context/signer-context.ts'

/** S3's error codes that concern a single upload, and the error that the caller gets for each. */
const MEANINGS = {
  NoSuchUpload: ['UPLOAD_NOT_FOUND', 'storage has no such upload: it was aborted or never began'],
  NoSuchKey: ['OBJECT_NOT_FOUND', "storage has no object under this waybill's key"],
  NoSuchVersion: ['OBJECT_NOT_FOUND', 'storage no longer has this version of the object'],
  InvalidPart: ['UPLOAD_INCOMPLETE', 'a part was replaced while the parts were put together'],
  EntityTooSmall: ['UPLOAD_INCOMPLETE', 'storage wants larger parts'],
  PreconditionFailed: ['OBJECT_EXISTS', 'storage already has an object with this key'],
} as const

/** Other codes than those of status 5xx of which the operator is told. */
const OPERATORS: ReadonlySet<string> = new Set(['CLOCK_SKEWED', 'CREDENTIALS_EXPIRED'])

/**
 * Converts any error to an error of the wire protocol.
 *
 * Errors that do not concern a single upload go to `onError`. The caller gets only a code and a
 * fixed message, because the original message may contain confidential data.
 */
export function failureOf(context: SignerContext, error: unknown): UploadError {
  if (error instanceof UploadError && error.status > 0) {
    if (error.status >= 500 || OPERATORS.has(error.code)) context.onError(error)
    return error
  }
  if (error instanceof WaybillUnreadable) {
    return new UploadError('WAYBILL_INVALID', error.message, { cause: error })
  }
  if (error instanceof S3Error) return storageFailure(context, error)
  if (error instanceof StorageUnavailable) {
    const { code, message, cause } = error
    const advice = cause instanceof S3Error ? refusalAdvice(cause) : ''
    return failureOf(context, new UploadError(code, message + advice, { cause }))
  }
  if (error instanceof ApplicationFailed) {
    context.onError(error.cause)
    const message = "a function of the signer's application failed, its log says why"
    return new UploadError('SIGNER_UNAVAILABLE', message, { cause: error })
  }
  context.onError(error)
  if (error instanceof SecretUnavailable) {
    const message = 'the signer has no secret to seal with, its log says why'
    return new UploadError('SIGNER_UNAVAILABLE', message, { cause: error })
  }
  return new UploadError('INTERNAL_ERROR', 'the signer failed, its log says why', { cause: error })
}

function storageFailure(context: SignerContext, error: S3Error): UploadError {
  const meaning = Object.entries(MEANINGS).find(([code]) => code === error.code)?.[1]
  if (meaning) return new UploadError(meaning[0], meaning[1], { cause: error })
  context.onError(error)
  const message = describeRefusal(error) + refusalAdvice(error)
  return new UploadError(refusalCode(error), message, { cause: error })
}

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
