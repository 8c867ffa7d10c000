/**
 * Checks upload rules: the one implementation for `createSigner`, for the setting `WAYBILL_RULES`
 * and for the props of `waybill-aws/cdk`.
 *
 * It checks what a rule says without code. The signer itself checks `authorize`, `key` and
 * `onComplete`.
 *
 * @module
 */

import { MAX_EXPIRES_IN_SECONDS } from 'waybill-s3/internal/expiration'
import { LIMITS } from 'waybill-s3/internal/part-plan'
import { type Days, parseDays } from './claim.ts'
import { isContentType } from './content-type.ts'
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

/** Where rules stand and what they may say there. */
export interface RulesPlace {
  /** Begins the names in messages: `rules`, or `WAYBILL_RULES`. */
  readonly at: string
  /**
   * Members that a rule may have in this place.
   * @default - what a rule can say without code
   */
  readonly members?: readonly string[]
  /** What this place calls `expiresInSeconds`. */
  readonly expiryName?: string
}

/** A rule that has been checked: sizes in bytes, defaults filled in. */
export interface CheckedRule {
  readonly types: readonly string[]
  readonly maxSize: number
  readonly minSize: number
  readonly expiresInSeconds: number
  /** Bytes that a form without a size may carry; `false` where the rule has no forms. */
  readonly form: false | number
  readonly requireSha256: boolean
  readonly public: boolean
  readonly read: Permission
  readonly remove: Permission
  readonly claim?: Days
  readonly quota?: CheckedQuota
}

/** Who may read or remove a stored object: no caller, its owner, or each bearer of its receipt. */
export type Permission = boolean | 'receipt'

export const DEFAULT_EXPIRES_IN_SECONDS = 300
/** What a rule can say without code. */
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
 * Checks all rules of one place.
 *
 * @param rules - An object of rules by name. Rules also come from files and settings that no type
 *   checker has seen.
 * @returns The checked rules by name, in their order; at least one.
 * @throws {TypeError | RangeError} When a rule is invalid. The message begins with the rule's
 *   place, such as `rules.video.maxSize`.
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
      `${at}.maxSize is ${maxSize} bytes, S3 takes objects of at most ${LIMITS.maxObjectSize}`,
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
  const types = readList(value, at, typeError).map(String)
  if (types.length === 0) throw typeError(`${at} is empty, expected content types`)
  const wrong = types.find((type) => type !== '*/*' && !isContentType(type.replace(/\/\*$/, '/x')))
  if (wrong === undefined) return types
  throw typeError(`${at} has '${wrong}', expected such as 'video/mp4' or 'image/*'`)
}

function readExpiry(at: string, value: unknown = DEFAULT_EXPIRES_IN_SECONDS): number {
  if (typeof value === 'number' && Number.isInteger(value)) {
    if (value >= 1 && value <= MAX_EXPIRES_IN_SECONDS) return value
  }
  throw new RangeError(
    `${at} is ${show(value)} s, expected one second to seven days (${MAX_EXPIRES_IN_SECONDS} s)`,
  )
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
  throw typeError(`${at} is ${show(value)}, expected bytes or a text such as '100 MiB'`)
}

/** `parseSize` refuses a text that is not a size. */
function isSize(value: unknown): value is Size {
  return typeof value === 'number' || typeof value === 'string'
}

function readFlag(at: string, value: unknown = false): boolean {
  if (typeof value === 'boolean') return value
  throw typeError(`${at} is ${show(value)}, expected true or false`)
}

/** Uploads of a rule that is not public have owners: a receipt alone permits nothing. */
function readPermission(at: string, value: unknown, isPublic: unknown): Permission {
  if (value !== 'receipt') return readFlag(at, value)
  if (isPublic === true) return value
  throw typeError(`${at} is 'receipt', which is for rules with public: true; expected true`)
}

function readDays(at: string, value: unknown): Days {
  if (typeof value !== 'string') {
    throw typeError(`${at} is ${show(value)}, expected a text such as '2 days'`)
  }
  return `${parseDays(value, at)} days`
}
