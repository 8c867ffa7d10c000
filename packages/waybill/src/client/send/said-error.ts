/**
 * Reads the error of a store. `<Error>` documents are flat, so a page need not load an XML parser
 * for them; for any other body the status is enough.
 *
 * @module
 */

import { StoreError } from 'waybill-s3/internal/store-error'

const DOCUMENT = /^\uFEFF?\s*(?:<\?xml[^>]*>\s*)?<Error\b[^>]*>(.*)<\/Error>\s*$/s
const ELEMENT = /<([\w.-]+)(?:\/>|>([^<]*)<\/\1>)/g
const REFERENCE = /&(?:#(x?)([\da-f]{1,5})|(\w+));/gi
const NAMED = new Map(Object.entries({ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }))

/** @returns What the body of a response says; without code where it is no `<Error>` document. */
export function readSaidError(body: string, status: number): StoreError {
  const inner = DOCUMENT.exec(body)?.[1] ?? ''
  const texts = [...inner.matchAll(ELEMENT)].map(([, name, text = '']) => [
    name,
    resolveReferences(text),
  ])
  const { Code, Message, ...detail } = Object.fromEntries(texts)
  const message = Message ?? Code ?? 'the answer is not an S3 error document'
  return new StoreError(Code ?? '', message, detail, status)
}

function resolveReferences(text: string): string {
  return text.replace(REFERENCE, (whole, hex: string, digits: string | undefined, name: string) =>
    digits
      ? String.fromCodePoint(Number.parseInt(digits, hex ? 16 : 10))
      : (NAMED.get(name) ?? whole),
  )
}
