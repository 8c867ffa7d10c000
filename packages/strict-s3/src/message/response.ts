/**
 * A response as a plain object: XML documents, S3's error document, the headers of every response.
 * Knows no `node:http`.
 *
 * @module
 */

import type { S3Error } from 'waybill-s3'
import { errorXml } from 'waybill-s3/internal/s3-error'
import { S3_XMLNS, type XmlElement, xmlDocument } from 'waybill-s3/internal/xml'
import { OWNER_ID } from './account.ts'

type Headers = Readonly<Record<string, string>>

/** A response. */
export interface S3Response {
  readonly status: number
  readonly headers: Headers
  /**
   * A string, or the bytes piece by piece. A piece is only valid until the next one is requested:
   * its buffer may be reused. Whoever gets the response must iterate, because that closes the
   * object.
   */
  readonly body?: string | AsyncIterable<Uint8Array>
  /** Whether only the client ends the response, so that its leaving is not a failure. */
  readonly endless?: true
}

/** Makes a response without a body. */
export function emptyResponse(status: number, headers: Headers = {}): S3Response {
  return { status, headers }
}

/**
 * Makes a response with an XML document.
 *
 * @param children - Children of the root element, which gets S3's namespace.
 */
export function xmlResponse(
  name: string,
  children: readonly XmlElement[],
  headers: Headers = {},
): S3Response {
  const body = xmlDocument({ name, attributes: { xmlns: S3_XMLNS }, children })
  return { status: 200, headers: { 'content-type': 'application/xml', ...headers }, body }
}

/**
 * Makes S3's error document.
 *
 * @param common - From `commonHeaders`: the document repeats the request ids.
 */
export function errorResponse(
  error: S3Error,
  common: Headers,
): S3Response & { readonly body: string } {
  const body = errorXml(error, {
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

/** The details of an error that S3 also sends as headers. */
function detailHeaders({ detail }: S3Error): Headers {
  const { Region: region, DeleteMarker: marker, VersionId: versionId } = detail
  const allow = ALLOWED[detail.ResourceType ?? '']
  return {
    ...(region === undefined ? {} : { 'x-amz-bucket-region': region }),
    ...(marker === undefined ? {} : { 'x-amz-delete-marker': marker }),
    ...(allow === undefined ? {} : { allow }),
    ...(marker === undefined || versionId === undefined ? {} : { 'x-amz-version-id': versionId }),
  }
}

/** Makes the headers that every response has. */
export function commonHeaders(id: string): { 'x-amz-request-id': string; [name: string]: string } {
  // The extended request id of S3. SDKs show both ids in their errors.
  return {
    'x-amz-request-id': id,
    'x-amz-id-2': Buffer.from(`waybill-local-s3/${id}`).toString('base64'),
    server: 'AmazonS3',
  }
}

/** Makes an element that contains only text. */
export function text(name: string, value: string | number | boolean): XmlElement {
  return { name, text: String(value) }
}

/** Makes `[text(name, value)]`, or `[]` without a value. */
export function maybeText(
  name: string,
  value: string | number | boolean | undefined,
): XmlElement[] {
  return value === undefined ? [] : [text(name, value)]
}

/** Makes an `<Owner>` or `<Initiator>` element. */
export function owner(name = 'Owner'): XmlElement {
  return { name, children: [text('ID', OWNER_ID)] }
}

/** Formats a date as `2026-01-31T12:00:00.000Z`, in whole seconds as S3 does. */
export function isoDate(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, '.000Z')
}
