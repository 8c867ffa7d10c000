/**
 * Reads values from parsed JSON and checks them. If a value is invalid, the function throws the
 * error that the caller's `failure` creates, by default `REQUEST_INVALID`. The message contains the
 * received value, truncated, and what is allowed.
 *
 * @module
 */

import { UploadError, type UploadErrorCode } from './upload-error.ts'

/** A JSON object whose properties have not been checked. */
export type JsonRecord = Readonly<Record<string, unknown>>

export type Failure = (message: string) => Error

export function withCode(code: UploadErrorCode): Failure {
  return (message) => new UploadError(code, message)
}

export function typeError(message: string): TypeError {
  return new TypeError(message)
}

function invalid(message: string): Error {
  return new UploadError('REQUEST_INVALID', message)
}

/** @throws {UploadError} `REQUEST_INVALID` if `text` is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own message quotes the input, which may contain a waybill.
    throw invalid('body is not JSON')
  }
}

export function tryParseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Returns a property of a parsed value, or `undefined` if the value is not an object. */
export function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Returns whether an object is neither an instance of a class, nor an array or a promise. */
export function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (typeof prototype !== 'object' || prototype === null) return true
  // Do not compare with `Object.prototype`, because objects from another realm have a different
  // one.
  return Object.getPrototypeOf(prototype) === null
}

export function readRecord(value: unknown, name: string, failure = invalid): JsonRecord {
  if (isRecord(value)) return value
  throw failure(`${name} is ${show(value)}, expected an object`)
}

/**
 * Rejects unknown properties, because a misspelled option would otherwise be ignored. A property
 * that is `undefined` counts as missing.
 *
 * @throws {TypeError} The message names the first unknown property and lists the known ones.
 */
export function checkMembers(record: object, name: string, members: readonly string[]): void {
  for (const [member, value] of Object.entries(record)) {
    if (value === undefined || members.includes(member)) continue
    throw typeError(`${name} has ${show(member)}, expected only ${members.join(', ')}`)
  }
}

export function readList(value: unknown, name: string, failure = invalid): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw failure(`${name} is ${show(value)}, expected a list`)
}

/** Allowed string length in UTF-16 code units. */
export interface TextLength {
  /** @default 1 */
  readonly min?: number
  readonly max: number
}

export function readText(
  value: unknown,
  name: string,
  { min = 1, max }: TextLength,
  failure = invalid,
): string {
  if (typeof value !== 'string') throw failure(`${name} is ${show(value)}, expected text`)
  if (value.length < min || value.length > max) {
    throw failure(`${name} is ${value.length} characters, expected ${min} to ${max}`)
  }
  return value
}

/** Accepts only `true` and `undefined`. */
export function readFlag(value: unknown, name: string, failure = invalid): boolean {
  if (value === undefined || value === true) return value ?? false
  throw failure(`${name} is ${show(value)}, expected true`)
}

export interface IntegerRange {
  readonly min: number
  /** @default Number.MAX_SAFE_INTEGER */
  readonly max?: number
}

export function readInteger(
  value: unknown,
  name: string,
  { min, max = Number.MAX_SAFE_INTEGER }: IntegerRange,
  failure = invalid,
): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min || value > max) {
    throw failure(`${name} is ${show(value)}, expected a whole number from ${min} to ${max}`)
  }
  return value
}

/** @param bytes - The number of bytes it must encode: 32 for SHA-256, 8 for CRC64NVME. */
export function readBase64(value: unknown, name: string, bytes: number, failure = invalid): string {
  if (typeof value !== 'string' || !isBase64(value, bytes)) {
    throw failure(`${name} is ${show(value)}, expected ${bytes} bytes in base64`)
  }
  return value
}

/**
 * Accepts only the canonical form, with padding and with unused bits set to zero. Otherwise, two
 * different strings could encode the same value.
 */
function isBase64(text: string, bytes: number): boolean {
  if (text.length !== Math.ceil(bytes / 3) * 4 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return false
  const binary = atob(text)
  return binary.length === bytes && btoa(binary) === text
}

/**
 * Formats a value for an error message. A string is written as JSON and truncated to 64 characters.
 */
export function show(value: unknown): string {
  if (value === undefined) return 'missing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'function') return 'a function'
  if (isRecord(value)) return 'an object'
  // JSON would write NaN as null and throw for a bigint.
  if (typeof value !== 'string') return String(value)
  const text = quote(value.slice(0, 64))
  return text.length > 66 ? `${text.slice(0, 64)}…"` : text
}

/**
 * Writes a string as JSON and also escapes line separators, C1 control characters and characters
 * that change the text direction. Messages end up in terminals and logs, where a caller must not be
 * able to add a line or move the cursor.
 */
export function quote(text: string): string {
  return JSON.stringify(text).replace(
    /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
