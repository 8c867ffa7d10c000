/**
 * The response of an operation, before it is sent.
 *
 * @module
 */

import { S3_XMLNS, type XmlElement, xmlDocument } from '../../s3/xml.ts'
import type { Write } from '../storage/write.ts'

/** A response. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /**
   * A text, or a function that writes the body in pieces (`headers` then have `content-length`).
   */
  readonly body?: string | ((write: Write) => Promise<void>)
}

/** Makes a response without a body. */
export function emptyAnswer(
  status: number,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return { status, headers }
}

/**
 * Makes a response with an XML document.
 *
 * @param children - Children of the root element, which gets S3's namespace.
 */
export function xmlAnswer(
  name: string,
  children: readonly XmlElement[],
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const body = xmlDocument({ name, attributes: { xmlns: S3_XMLNS }, children })
  return { status: 200, headers: { 'content-type': 'application/xml', ...headers }, body }
}

/** Makes an element that has only text. */
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

/** The account that owns everything on this server. S3 shows 64 hexadecimal digits. */
const OWNER_ID = '75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a'

/** The account number in events, and the expected value of `x-amz-expected-bucket-owner`. */
export const ACCOUNT_ID = '123456789012'

/** Makes an `<Owner>` or `<Initiator>` element. */
export function owner(name = 'Owner'): XmlElement {
  return { name, children: [text('ID', OWNER_ID)] }
}

/** Formats a date as `2026-01-31T12:00:00.000Z`, in whole seconds as S3 does. */
export function isoDate(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, '.000Z')
}
