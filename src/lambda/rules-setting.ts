/**
 * Upload rules as a setting: what the prebuilt signer of `waybill/cdk` is told through `WAYBILL_RULES`. Only what can
 * be said in JSON; rules with functions of their own live in an entry file of the application's.
 *
 * @module
 */

import { parseSize, type Size, type UploadRule } from '../protocol/index.ts'
import { type Environment, required } from './environment.ts'

const FIELDS = [
  'types',
  'maxSize',
  'minSize',
  'expiresInSeconds',
  'form',
  'requireSha256',
  'public',
]

/**
 * Reads `WAYBILL_RULES` (a JSON object: name → rule).
 *
 * @throws {TypeError | RangeError} Naming what cannot be.
 */
export function rulesFrom(environment: Environment): Readonly<Record<string, UploadRule>> {
  const setting = parseSetting(required(environment, 'WAYBILL_RULES'))
  const rules: Record<string, UploadRule> = {}
  for (const [name, rule] of Object.entries(setting)) {
    rules[name] = readRule(`WAYBILL_RULES.${name}`, rule)
  }
  return rules
}

function parseSetting(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    if (isRecord(value)) return value
  } catch {
    // Said below, without the parser's quotation of the text.
  }
  throw new TypeError('WAYBILL_RULES is no JSON object, expected rules by name')
}

function readRule(at: string, rule: unknown): UploadRule {
  if (!isRecord(rule)) throw new TypeError(`${at} is ${typeof rule}, expected an object`)
  for (const name of Object.keys(rule)) {
    if (!FIELDS.includes(name)) {
      throw new TypeError(`${at}.${name} is not a setting, expected ${FIELDS.join(', ')}`)
    }
  }
  const {
    types,
    maxSize,
    minSize,
    expiresInSeconds,
    form,
    requireSha256,
    public: isPublic = false,
  } = rule
  if (typeof isPublic !== 'boolean') {
    throw new TypeError(`${at}.public is ${typeof isPublic}, expected true or false`)
  }
  return {
    types: readTypes(`${at}.types`, types),
    maxSize: readSize(`${at}.maxSize`, maxSize),
    ...(minSize === undefined ? {} : { minSize: readSize(`${at}.minSize`, minSize) }),
    ...(expiresInSeconds === undefined ? {} : { expiresInSeconds: Number(expiresInSeconds) }),
    ...readForm(`${at}.form`, form),
    ...(requireSha256 === true ? { requireSha256 } : {}),
    ...(isPublic ? { public: true } : {}),
  }
}

function readForm(at: string, form: unknown): { readonly form?: true | number } {
  if (form === undefined || form === false) return {}
  return { form: form === true ? true : readSize(at, form) }
}

function readTypes(at: string, value: unknown): readonly string[] {
  if (Array.isArray(value) && value.every((type) => typeof type === 'string')) return value
  throw new TypeError(`${at} is ${typeof value}, expected a list of content types`)
}

function readSize(at: string, value: unknown): number {
  if (typeof value !== 'number' && typeof value !== 'string') {
    throw new TypeError(`${at} is ${typeof value}, expected bytes or a text such as '100 MiB'`)
  }
  return parseSize(value as Size, at)
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
