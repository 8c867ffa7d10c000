/**
 * Reads `WAYBILL_RULES` and `WAYBILL_OBJECT_DEFAULTS`, which are JSON. Rules with `authorize`,
 * `accept`, `key` or `onComplete` cannot be written in JSON and require your own entry file.
 *
 * @module
 */

import { checkRules } from '../protocol/check-rules.ts'
import { type ObjectDefaults, readObjectDefaults } from '../protocol/object-defaults.ts'
import type { UploadRule, UploadRules } from '../protocol/upload-rule.ts'
import { type Environment, required } from './environment.ts'

const RULES = 'WAYBILL_RULES'
const OBJECT_DEFAULTS = 'WAYBILL_OBJECT_DEFAULTS'

/**
 * @throws {TypeError | RangeError} If a property is invalid. The message names it, for example
 *   `WAYBILL_RULES.video.maxSize`.
 */
export function rulesFrom(environment: Environment): UploadRules {
  return parseRules(required(environment, RULES), RULES)
}

/** @param at - Names the rules in error messages, for example `WAYBILL_RULES`. */
export function parseRules(text: string, at: string): UploadRules {
  const given = parseJson(text, at, 'an object of rules by name')
  const rules: Record<string, UploadRule> = {}
  for (const [name, { public: isPublic, ...rule }] of checkRules(given, { at })) {
    rules[name] = isPublic ? { ...rule, public: true } : rule
  }
  return rules
}

/**
 * @throws {TypeError | RangeError} If a property is invalid. The message names it, for example
 *   `WAYBILL_OBJECT_DEFAULTS.storageClass`.
 */
export function objectDefaultsFrom(environment: Environment): ObjectDefaults | undefined {
  const text = environment[OBJECT_DEFAULTS]
  if (!text) return undefined
  const expected = 'an object such as {"storageClass":"STANDARD_IA"}'
  const given = parseJson(text, OBJECT_DEFAULTS, expected)
  readObjectDefaults(given, OBJECT_DEFAULTS)
  // `readObjectDefaults` has validated it.
  return given as ObjectDefaults
}

function parseJson(text: string, name: string, expected: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own message would contain the setting's value.
    throw new TypeError(`${name} is not JSON, expected ${expected}`)
  }
}
