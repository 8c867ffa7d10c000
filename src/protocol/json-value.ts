/**
 * Reads values out of parsed JSON, one expectation at a time. What does not meet it is `REQUEST_INVALID` (or the code
 * that the caller names), said with the value received, shortened, and what is allowed.
 *
 * @module
 */

import { UploadError, type UploadErrorCode } from './upload-error.ts'

const KIB = 1024

/**
 * @param path - Path below the signer's base URL.
 * @returns Bytes that a signer reads of a body: a hundred waybills to complete at once are more than anything else.
 */
export function maxBodySize(path: string): number {
  return path === '/complete' ? 256 * KIB : 64 * KIB
}

/** Names that reach an object's prototype where somebody is careless with them: refused wherever a client chooses a name. */
const PROTOTYPE_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

export type JsonRecord = Readonly<Record<string, unknown>>

export function isPrototypeName(name: string): boolean {
  return PROTOTYPE_NAMES.has(name)
}

/**
 * @param code - Thrown when `text` is not JSON.
 * @throws {UploadError}
 */
export function parseJson(text: string, code: UploadErrorCode = 'REQUEST_INVALID'): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own message quotes the text, which may hold a waybill.
    throw new UploadError(code, 'body is not JSON')
  }
}

/** @throws {UploadError} When `value` is not an object. */
export function readRecord(
  value: unknown,
  name: string,
  code: UploadErrorCode = 'REQUEST_INVALID',
): JsonRecord {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UploadError(code, `${name} is ${show(value)}, expected an object`)
  }
  return value as JsonRecord
}

/** @throws {UploadError} When `value` is not a list. */
export function readList(
  value: unknown,
  name: string,
  code: UploadErrorCode = 'REQUEST_INVALID',
): readonly unknown[] {
  if (!Array.isArray(value))
    throw new UploadError(code, `${name} is ${show(value)}, expected a list`)
  return value
}

export interface TextLength {
  /** @default 1 */
  readonly min?: number
  /** UTF-16 code units, as JavaScript counts. */
  readonly max: number
}

/** @throws {UploadError} When `value` is not text of that length. */
export function readText(
  value: unknown,
  name: string,
  { min = 1, max }: TextLength,
  code: UploadErrorCode = 'REQUEST_INVALID',
): string {
  if (typeof value !== 'string') {
    throw new UploadError(code, `${name} is ${show(value)}, expected text`)
  }
  if (value.length < min || value.length > max) {
    throw new UploadError(code, `${name} is ${value.length} characters, expected ${min} to ${max}`)
  }
  return value
}

/** @throws {UploadError} When `value` is not a whole number from `min` to `max`. */
export function readInteger(
  value: unknown,
  name: string,
  min: number,
  max: number = Number.MAX_SAFE_INTEGER,
  code: UploadErrorCode = 'REQUEST_INVALID',
): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min || value > max) {
    throw new UploadError(
      code,
      `${name} is ${show(value)}, expected a whole number from ${min} to ${max}`,
    )
  }
  return value
}

/**
 * @param bytes - How many bytes the value must hold: 32 for SHA-256, 8 for CRC64NVME.
 * @throws {UploadError} When `value` is not that many bytes in base64.
 */
export function readBase64(
  value: unknown,
  name: string,
  bytes: number,
  code: UploadErrorCode = 'REQUEST_INVALID',
): string {
  if (typeof value !== 'string' || !isBase64(value, bytes)) {
    throw new UploadError(code, `${name} is ${show(value)}, expected ${bytes} bytes in base64`)
  }
  return value
}

/** Canonical only (padding there, unused bits zero): two texts of one value would compare as different. */
function isBase64(text: string, bytes: number): boolean {
  if (text.length !== Math.ceil(bytes / 3) * 4 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return false
  const binary = atob(text)
  return binary.length === bytes && btoa(binary) === text
}

/** @returns The value as JSON, at most 64 characters of it, for an error message. */
export function show(value: unknown): string {
  if (value === undefined) return 'missing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'an object'
  const text = JSON.stringify(typeof value === 'string' ? value.slice(0, 64) : value) ?? 'unknown'
  return text.length > 66 ? `${text.slice(0, 64)}…"` : text
}
