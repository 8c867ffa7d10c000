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
  const given = parseJson(environment, RULES, 'an object of rules by name')
  const rules: Record<string, UploadRule> = {}
  for (const [name, { public: isPublic, ...rule }] of checkRules(given, { at: RULES })) {
    rules[name] = isPublic ? { ...rule, public: true } : rule
  }
  return rules
}

/**
 * @throws {TypeError | RangeError} If a property is invalid. The message names it, for example
 *   `WAYBILL_OBJECT_DEFAULTS.storageClass`.
 */
export function objectDefaultsFrom(environment: Environment): {
  readonly objectDefaults?: ObjectDefaults
} {
  if (!environment[OBJECT_DEFAULTS]) return {}
  const expected = 'an object such as {"storageClass":"STANDARD_IA"}'
  const given = parseJson(environment, OBJECT_DEFAULTS, expected)
  readObjectDefaults(given, OBJECT_DEFAULTS)
  // `readObjectDefaults` has validated it.
  return { objectDefaults: given as ObjectDefaults }
}

function parseJson(environment: Environment, name: string, expected: string): unknown {
  try {
    return JSON.parse(required(environment, name))
  } catch (error) {
    // The parser's own message would contain the setting's value.
    if (error instanceof SyntaxError)
      throw new TypeError(`${name} is not JSON, expected ${expected}`)
    throw error
  }
}
