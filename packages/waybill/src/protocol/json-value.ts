/**
 * Reads values from parsed JSON, one expectation at a time. If a value does not meet its
 * expectation, the caller's failure is thrown, by default `REQUEST_INVALID`. Its message contains
 * the value received, shortened, and what is allowed.
 *
 * @module
 */

import { UploadError, type UploadErrorCode } from './upload-error.ts'

/** A JSON object whose members have not been checked. */
export type JsonRecord = Readonly<Record<string, unknown>>

/** Creates the error for a value that does not meet an expectation. */
export type Failure = (message: string) => Error

/** Creates failures with a code of the protocol. */
export function withCode(code: UploadErrorCode): Failure {
  return (message) => new UploadError(code, message)
}

/** Creates failures for invalid options. */
export function typeError(message: string): TypeError {
  return new TypeError(message)
}

function invalid(message: string): Error {
  return new UploadError('REQUEST_INVALID', message)
}

/**
 * Parses the JSON of a request body.
 *
 * @throws {UploadError} `REQUEST_INVALID` if `text` is not JSON.
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own message quotes the input, which may contain a waybill.
    throw invalid('body is not JSON')
  }
}

/** Parses JSON; returns `undefined` for anything else. */
export function tryParseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Returns a member of a parsed value; `undefined` if the value is not an object. */
export function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

/** Returns whether `value` is an object but not an array. */
export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Reads an object.
 *
 * @param name - Name of the value in messages.
 */
export function readRecord(value: unknown, name: string, failure = invalid): JsonRecord {
  if (isRecord(value)) return value
  throw failure(`${name} is ${show(value)}, expected an object`)
}

/**
 * Rejects unknown members: a misspelled one would otherwise be ignored. Members that are
 * `undefined` count as missing.
 *
 * @throws {TypeError} Names the first unknown member and lists the known ones.
 */
export function checkMembers(record: object, name: string, members: readonly string[]): void {
  for (const [member, value] of Object.entries(record)) {
    if (value === undefined || members.includes(member)) continue
    throw typeError(`${name} has ${show(member)}, expected only ${members.join(', ')}`)
  }
}

/** Reads an array. */
export function readList(value: unknown, name: string, failure = invalid): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw failure(`${name} is ${show(value)}, expected a list`)
}

/** Length of a string in UTF-16 code units, as JavaScript counts. */
export interface TextLength {
  /** @default 1 */
  readonly min?: number
  readonly max: number
}

/** Reads a string of that length. */
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

/** Reads `true` or `undefined`. */
export function readFlag(value: unknown, name: string, failure = invalid): boolean {
  if (value === undefined || value === true) return value ?? false
  throw failure(`${name} is ${show(value)}, expected true`)
}

/** From `min` to `max`, both inclusive. */
export interface IntegerRange {
  readonly min: number
  /** @default Number.MAX_SAFE_INTEGER */
  readonly max?: number
}

/** Reads an integer in that range. */
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

/**
 * Reads a base64 value.
 *
 * @param bytes - How many bytes it must contain: 32 for SHA-256, 8 for CRC64NVME.
 */
export function readBase64(value: unknown, name: string, bytes: number, failure = invalid): string {
  if (typeof value !== 'string' || !isBase64(value, bytes)) {
    throw failure(`${name} is ${show(value)}, expected ${bytes} bytes in base64`)
  }
  return value
}

/**
 * Accepts only the canonical form: with padding, unused bits zero. Otherwise two strings could
 * encode the same value and compare as different.
 */
function isBase64(text: string, bytes: number): boolean {
  if (text.length !== Math.ceil(bytes / 3) * 4 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return false
  const binary = atob(text)
  return binary.length === bytes && btoa(binary) === text
}

/** Formats a value for an error message: a string as JSON, up to 64 characters of it. */
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
 * Writes a string as JSON, on one line and in one direction. Messages end up in terminals and logs,
 * where a caller must not be able to move the cursor or add a line. JSON itself escapes only C0
 * controls.
 */
export function quote(text: string): string {
  return JSON.stringify(text).replace(
    /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
