/**
 * Validates the parts of upload rules that are plain data. The signer checks `authorize`, `key` and
 * `onComplete` itself.
 *
 * @module
 */

import { LIMITS } from 'waybill-s3/internal/multipart-limits'
import { type Days, parseDays } from './claim.ts'
import { isTypePattern } from './content-type.ts'
import { readExpiry } from './expires-in.ts'
import {
  checkMembers,
  type JsonRecord,
  readList,
  readRecord,
  show,
  typeError,
} from './json-value.ts'
import { type CheckedQuota, readQuota } from './quota.ts'
import { parseSize, type Size } from './size.ts'

export interface RulesPlace {
  /** Prefix for names in error messages: `rules` or `WAYBILL_RULES`. */
  readonly at: string
  /**
   * The properties that a rule can have here.
   * @default - those that hold data rather than functions
   */
  readonly members?: readonly string[]
  /** What `expiresInSeconds` is called in this place. */
  readonly expiryName?: string
}

/** A validated rule: sizes in bytes, defaults filled in. */
export interface CheckedRule {
  readonly types: readonly string[]
  readonly maxSize: number
  readonly minSize: number
  readonly expiresInSeconds: number
  /**
   * Maximum file size in bytes for a form signed without a size; `false` if the rule has no forms.
   */
  readonly form: false | number
  readonly requireSha256: boolean
  readonly public: boolean
  readonly read: Permission
  readonly remove: Permission
  readonly claim?: Days
  readonly quota?: CheckedQuota
}

/** Who can read or remove a stored object: nobody, its owner, or anyone with its receipt. */
export type Permission = boolean | 'receipt'

export const DECLARED = [
  'types',
  'maxSize',
  'minSize',
  'expiresInSeconds',
  'form',
  'requireSha256',
  'public',
  'read',
  'remove',
  'claim',
  'quota',
] as const satisfies readonly (keyof CheckedRule)[]

const RULE_NAME = /^[a-z0-9][a-z0-9-]{0,31}$/

/**
 * @param rules - The rules by name, not validated yet.
 * @returns The validated rules by name, in the same order. There is at least one.
 * @throws {TypeError | RangeError} If there is no rule, or if one is invalid. The message begins
 *   with the invalid property, such as `rules.video.maxSize`.
 */
export function checkRules(rules: unknown, place: RulesPlace): ReadonlyMap<string, CheckedRule> {
  const { at } = place
  const checked = new Map<string, CheckedRule>()
  for (const [name, rule] of Object.entries(readRecord(rules, at, typeError))) {
    if (!RULE_NAME.test(name)) {
      throw typeError(
        `${at} has the name '${name}', expected 1 to 32 lower-case letters, digits or '-'`,
      )
    }
    checked.set(name, checkRule(readRecord(rule, `${at}.${name}`, typeError), name, place))
  }
  if (checked.size === 0) throw typeError(`${at} is empty, expected at least one rule`)
  return checked
}

function checkRule(rule: JsonRecord, name: string, place: RulesPlace): CheckedRule {
  const { members = DECLARED, expiryName = 'expiresInSeconds' } = place
  const at = `${place.at}.${name}`
  checkMembers(rule, at, members)
  const maxSize = readSize(`${at}.maxSize`, rule.maxSize)
  const minSize = readSize(`${at}.minSize`, rule.minSize === undefined ? 0 : rule.minSize)
  if (maxSize > LIMITS.maxObjectSize) {
    throw new RangeError(
      `${at}.maxSize is ${maxSize} bytes, but S3 accepts objects of at most ${LIMITS.maxObjectSize}`,
    )
  }
  if (minSize > maxSize) {
    throw new RangeError(`${at}.minSize is ${minSize} bytes, more than maxSize ${maxSize}`)
  }
  return {
    types: readTypes(`${at}.types`, rule.types),
    maxSize,
    minSize,
    expiresInSeconds: readExpiry(`${at}.${expiryName}`, rule.expiresInSeconds),
    form: readForm(`${at}.form`, rule.form, { minSize, maxSize }),
    requireSha256: readFlag(`${at}.requireSha256`, rule.requireSha256),
    public: readFlag(`${at}.public`, rule.public),
    read: readPermission(`${at}.read`, rule.read, rule.public),
    remove: readPermission(`${at}.remove`, rule.remove, rule.public),
    ...(rule.claim === undefined ? {} : { claim: readDays(`${at}.claim`, rule.claim) }),
    ...(rule.quota === undefined ? {} : { quota: readQuota(`${at}.quota`, rule.quota, maxSize) }),
  }
}

function readTypes(at: string, value: unknown): readonly string[] {
  const types = readList(value, at, typeError)
  if (types.length === 0) throw typeError(`${at} is empty, expected content types`)
  if (types.every(isTypePattern)) return types
  const wrong = types.find((type) => !isTypePattern(type))
  throw typeError(`${at} has '${wrong}', expected such as 'video/mp4' or 'image/*'`)
}

function readForm(
  at: string,
  value: unknown,
  { minSize, maxSize }: Pick<CheckedRule, 'minSize' | 'maxSize'>,
): false | number {
  if (value === undefined || value === false) return false
  const most = value === true ? maxSize : readSize(at, value)
  if (most >= minSize && most <= maxSize) return most
  throw new RangeError(`${at} is ${most} bytes, the rule allows ${minSize} to ${maxSize}`)
}

function readSize(at: string, value: unknown): number {
  if (isSize(value)) return parseSize(value, at)
  throw typeError(`${at} is ${show(value)}, expected bytes or a string such as '100 MiB'`)
}

/** Does not check whether a string is a valid size; `parseSize` does. */
function isSize(value: unknown): value is Size {
  return typeof value === 'number' || typeof value === 'string'
}

function readFlag(at: string, value: unknown = false): boolean {
  if (typeof value === 'boolean') return value
  throw typeError(`${at} is ${show(value)}, expected true or false`)
}

/** Uploads under a non-public rule have an owner, so a receipt alone must not grant access. */
function readPermission(at: string, value: unknown, isPublic: unknown): Permission {
  if (value !== 'receipt') return readFlag(at, value)
  if (isPublic === true) return value
  throw typeError(`${at} is 'receipt', which is for rules with public: true; expected true`)
}

function readDays(at: string, value: unknown): Days {
  if (typeof value !== 'string') {
    throw typeError(`${at} is ${show(value)}, expected a string such as '2 days'`)
  }
  return `${parseDays(value, at)} days`
}
