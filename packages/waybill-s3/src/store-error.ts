/**
 * Reads a store's error from an `<Error>` document without S3's error table, so that web pages
 * don't have to load the table.
 *
 * @module
 */

import { parseXml, textOf, type XmlElement } from './xml.ts'

/** An error from a store. It is also an `instanceof S3Error`. */
export class StoreError extends Error {
  override readonly name = 'S3Error'
  readonly code: string
  readonly status: number
  /** The error's other XML elements, for example `ProposedSize`. */
  readonly detail: Readonly<Record<string, string>>

  constructor(
    code: string,
    message: string,
    detail: Readonly<Record<string, string>>,
    status: number,
  ) {
    super(message)
    this.code = code
    this.status = status
    this.detail = detail
  }
}

export interface ErrorContent {
  readonly code: string
  readonly message: string | undefined
  readonly detail: Readonly<Record<string, string>>
}

/** @returns `undefined` if `root` is another document. */
export function readErrorElement(root: XmlElement): ErrorContent | undefined {
  if (root.name !== 'Error') return undefined
  const detail: Record<string, string> = {}
  for (const { name, text = '' } of root.children ?? []) {
    if (name !== 'Code' && name !== 'Message') detail[name] = text
  }
  const code = textOf(root, 'Code') ?? 'InternalError'
  return { code, message: textOf(root, 'Message'), detail }
}

/** @returns `undefined` if the body is not an `<Error>` document. */
export function readErrorBody(body: string): ErrorContent | undefined {
  try {
    return readErrorElement(parseXml(body))
  } catch {
    return undefined
  }
}
