/**
 * Reads values out of parsed JSON, one expectation at a time. A value that does not meet it is a
 * failure that the caller chooses, `REQUEST_INVALID` by default. Its message holds the value
 * received, shortened, and what is allowed.
 *
 * @module
 */

import { UploadError, type UploadErrorCode } from './upload-error.ts'

/** A JSON object whose members are not read yet. */
export type JsonRecord = Readonly<Record<string, unknown>>

/** Makes the error for a value that does not meet an expectation. */
export type Failure = (message: string) => Error

/** Makes failures with a code of the protocol. */
export function withCode(code: UploadErrorCode): Failure {
  return (message) => new UploadError(code, message)
}

/** Makes failures of options. */
export function typeError(message: string): TypeError {
  return new TypeError(message)
}

function invalid(message: string): Error {
  return new UploadError('REQUEST_INVALID', message)
}

/**
 * Parses the JSON of a request body.
 *
 * @throws {UploadError} `REQUEST_INVALID` when `text` is not JSON.
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own message quotes the text, which may hold a waybill.
    throw invalid('body is not JSON')
  }
}

/** Says whether `value` is an object and not a list. */
export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Reads an object.
 *
 * @param name - What to call the value in a message.
 */
export function readRecord(value: unknown, name: string, failure = invalid): JsonRecord {
  if (isRecord(value)) return value
  throw failure(`${name} is ${show(value)}, expected an object`)
}

/**
 * Refuses unknown members, because a misspelt one would be ignored. A member that is `undefined`
 * counts as missing.
 *
 * @throws {TypeError} Names the first unknown member, and the known ones.
 */
export function checkMembers(record: object, name: string, members: readonly string[]): void {
  for (const [member, value] of Object.entries(record)) {
    if (value === undefined || members.includes(member)) continue
    throw typeError(`${name} has ${show(member)}, expected only ${members.join(', ')}`)
  }
}

/** Reads a list. */
export function readList(value: unknown, name: string, failure = invalid): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw failure(`${name} is ${show(value)}, expected a list`)
}

/** How long a text may be, in UTF-16 code units as JavaScript counts. */
export interface TextLength {
  /** @default 1 */
  readonly min?: number
  readonly max: number
}

/** Reads a text of that length. */
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

/** Reads `true`, or nothing. */
export function readFlag(value: unknown, name: string, failure = invalid): boolean {
  if (value === undefined || value === true) return value ?? false
  throw failure(`${name} is ${show(value)}, expected true`)
}

/** From `min` to `max`, both included. */
export interface IntegerRange {
  readonly min: number
  /** @default Number.MAX_SAFE_INTEGER */
  readonly max?: number
}

/** Reads a whole number of that range. */
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
 * Reads a value in base64.
 *
 * @param bytes - How many bytes it must hold: 32 for SHA-256, 8 for CRC64NVME.
 */
export function readBase64(value: unknown, name: string, bytes: number, failure = invalid): string {
  if (typeof value !== 'string' || !isBase64(value, bytes)) {
    throw failure(`${name} is ${show(value)}, expected ${bytes} bytes in base64`)
  }
  return value
}

/**
 * Accepts only the canonical form: with padding, unused bits zero. Otherwise two texts could mean
 * one value and compare as different.
 */
function isBase64(text: string, bytes: number): boolean {
  if (text.length !== Math.ceil(bytes / 3) * 4 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return false
  const binary = atob(text)
  return binary.length === bytes && btoa(binary) === text
}

/** Writes a value for an error message: a text as JSON, at most 64 characters of it. */
export function show(value: unknown): string {
  if (value === undefined) return 'missing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'function') return 'a function'
  if (isRecord(value)) return 'an object'
  // Not as JSON, which writes NaN as null, and throws for a bigint.
  if (typeof value !== 'string') return String(value)
  const text = quote(value.slice(0, 64))
  return text.length > 66 ? `${text.slice(0, 64)}…"` : text
}

/**
 * Writes a text as JSON, on one line and in one direction. Messages go to a terminal and into logs,
 * where a caller must not move the cursor or add a line: JSON itself escapes only C0.
 */
export function quote(text: string): string {
  return JSON.stringify(text).replace(
    /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
