/**
 * The response of an operation, before it is sent.
 *
 * @module
 */

import { S3_XMLNS, type XmlElement, xmlDocument } from 'waybill-s3/internal/xml'
import type { ChunkSink } from '../storage/chunk-sink.ts'
import { OWNER_ID } from './account.ts'

/** A response. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /**
   * A text, or a function that writes the body in pieces (`headers` then have `content-length`).
   */
  readonly body?: string | ((write: ChunkSink) => Promise<void>)
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

/** Makes an `<Owner>` or `<Initiator>` element. */
export function owner(name = 'Owner'): XmlElement {
  return { name, children: [text('ID', OWNER_ID)] }
}

/** Formats a date as `2026-01-31T12:00:00.000Z`, in whole seconds as S3 does. */
export function isoDate(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, '.000Z')
}
