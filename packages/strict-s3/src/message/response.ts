/**
 * Responses as plain objects that do not depend on `node:http`.
 *
 * @module
 */

import { S3Error } from 'waybill-s3'
import { errorXml } from 'waybill-s3/internal/s3-error'
import { S3_XMLNS, type XmlElement, xmlDocument } from 'waybill-s3/internal/xml'
import { OWNER_ID } from './account.ts'

type Headers = Readonly<Record<string, string>>

export interface S3Response {
  readonly status: number
  readonly headers: Headers
  /**
   * A string, or the bytes in pieces. A piece is only valid until the next one is requested,
   * because its buffer may be reused. Always iterate over the pieces, because the object stays open
   * until the iteration ends.
   */
  readonly body?: string | AsyncIterable<Uint8Array>
  /**
   * Whether the response continues until the client disconnects, so that disconnecting is not an
   * error.
   */
  readonly endless?: true
}

export function emptyResponse(status: number, headers: Headers = {}): S3Response {
  return { status, headers }
}

/**
 * @param name - The root element, which gets S3's namespace.
 * @param content - Its children or its text.
 */
export function xmlResponse(
  name: string,
  content: readonly XmlElement[] | string,
  headers: Headers = {},
): S3Response {
  const inside = typeof content === 'string' ? { text: content } : { children: content }
  const body = xmlDocument({ name, attributes: { xmlns: S3_XMLNS }, ...inside })
  return { status: 200, headers: { 'content-type': 'application/xml', ...headers }, body }
}

/**
 * In characters. It is S3's limit for all headers together. Without it, a long value in a request
 * would be repeated in the response several times, escaped and in hexadecimal.
 */
const MAX_DETAIL = 8192

export function shortened(text: string): string {
  return text.length > MAX_DETAIL ? `${text.slice(0, MAX_DETAIL)}…` : text
}

/**
 * Long values are shortened, except those in hexadecimal, see `spacedHex`.
 *
 * @param common - The result of `commonHeaders`. Its request ids also appear in the document.
 */
export function errorResponse(
  error: S3Error,
  common: Headers,
): S3Response & { readonly body: string } {
  const details = Object.entries(error.detail)
  const inBody = details
    .filter(([name]) => !isHeader(name))
    .map(([name, value]) => [name, name.endsWith('Bytes') ? value : shortened(value)])
  const shown = new S3Error(error.code, shortened(error.message), Object.fromEntries(inBody))
  const body = errorXml(shown, {
    RequestId: common['x-amz-request-id'] ?? '',
    HostId: common['x-amz-id-2'] ?? '',
  })
  const headers = { ...common, 'content-type': 'application/xml', ...detailHeaders(error) }
  return { status: error.status, headers, body }
}

/** The `Allow` header of a `MethodNotAllowed` error, by resource type. */
const ALLOWED: Headers = {
  DeleteMarker: 'DELETE',
  UPLOAD: 'DELETE, POST, GET',
}

/** The details that S3 sends as headers. Some of them are also in the response body. */
function detailHeaders({ detail }: S3Error): Headers {
  const { Region: region } = detail
  const allow = ALLOWED[detail.ResourceType ?? '']
  return {
    ...Object.fromEntries(Object.entries(detail).filter(([name]) => isHeader(name))),
    ...(region === undefined ? {} : { 'x-amz-bucket-region': region }),
    ...(allow === undefined ? {} : { allow }),
  }
}

/** Details named after a header are left out of the response body. */
function isHeader(name: string): boolean {
  return name.startsWith('x-amz-')
}

export function commonHeaders(id: string): { 'x-amz-request-id': string; [name: string]: string } {
  // `x-amz-id-2` is S3's extended request id. SDKs show both ids in their errors.
  return {
    'x-amz-request-id': id,
    'x-amz-id-2': Buffer.from(`waybill-local-s3/${id}`).toString('base64'),
    server: 'AmazonS3',
  }
}

export function text(name: string, value: string | number | boolean): XmlElement {
  return { name, text: String(value) }
}

/** Returns `[text(name, value)]`, or `[]` without a value. */
export function maybeText(
  name: string,
  value: string | number | boolean | undefined,
): XmlElement[] {
  return value === undefined ? [] : [text(name, value)]
}

export function owner(): XmlElement {
  return { name: 'Owner', children: [text('ID', OWNER_ID)] }
}

/** Unlike `Owner`, it still has a display name on AWS. */
export function initiator(): XmlElement {
  return {
    name: 'Initiator',
    children: [text('ID', OWNER_ID), text('DisplayName', 'waybill-local')],
  }
}

/** Like S3, uses whole seconds: `2026-01-31T12:00:00.000Z`. */
export function isoDate(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, '.000Z')
}
