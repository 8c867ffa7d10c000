/**
 * What an operation answers, before it is put on the wire.
 *
 * @module
 */

import { S3_XMLNS, type XmlElement, xmlDocument } from '../../s3/index.ts'
import type { Write } from '../storage/write.ts'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** A text, or a function that writes the body piece by piece (then `content-length` is among the headers). */
  readonly body?: string | ((write: Write) => Promise<void>)
}

export function emptyAnswer(
  status: number,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return { status, headers }
}

/** @param children - Of the root element, which gets S3's namespace. */
export function xmlAnswer(
  name: string,
  children: readonly XmlElement[],
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const body = xmlDocument({ name, attributes: { xmlns: S3_XMLNS }, children })
  return { status: 200, headers: { 'content-type': 'application/xml', ...headers }, body }
}

/** @returns An element that holds only text. */
export function text(name: string, value: string | number | boolean): XmlElement {
  return { name, text: String(value) }
}

/** @returns `[text(name, value)]`, or nothing when there is no value. */
export function maybeText(
  name: string,
  value: string | number | boolean | undefined,
): XmlElement[] {
  return value === undefined ? [] : [text(name, value)]
}

/** The account that owns everything here. S3 shows 64 hexadecimal digits. */
const OWNER_ID = '75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a'

/** The account number that events name and `x-amz-expected-bucket-owner` is compared with. */
export const ACCOUNT_ID = '123456789012'

/** @returns `<Owner>`, or `<Initiator>`. */
export function owner(name = 'Owner'): XmlElement {
  return { name, children: [text('ID', OWNER_ID)] }
}

/** @returns `2026-01-31T12:00:00.000Z`, of whole seconds like S3's dates. */
export function isoDate(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, '.000Z')
}
