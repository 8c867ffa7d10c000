/**
 * Reads the settings in JSON format: `WAYBILL_RULES` and `WAYBILL_OBJECT_DEFAULTS`, with which
 * `waybill-aws/cdk` configures the prebuilt signer.
 *
 * JSON cannot contain functions, so rules with `authorize`, `accept`, `key` or `onComplete` require
 * your own entry file.
 *
 * @module
 */

import type { UploadRule, UploadRules } from 'waybill'
import { checkRules } from 'waybill/internal/check-rules'
import { readObjectDefaults } from 'waybill/internal/object-defaults'
import type { ObjectDefaults } from 'waybill/signer'
import { type Environment, required } from './environment.ts'

const RULES = 'WAYBILL_RULES'
const OBJECT_DEFAULTS = 'WAYBILL_OBJECT_DEFAULTS'

/**
 * Reads `WAYBILL_RULES`, a JSON object of rules by name.
 *
 * @throws {TypeError | RangeError} If a member is invalid. The message names it, for example
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
 * Reads `WAYBILL_OBJECT_DEFAULTS`, the signer's `objectDefaults` option.
 *
 * @returns The option; an empty object if the setting is missing.
 * @throws {TypeError | RangeError} If a member is invalid. The message names it, for example
 *   `WAYBILL_OBJECT_DEFAULTS.storageClass`.
 */
export function objectDefaultsFrom(environment: Environment): {
  readonly objectDefaults?: ObjectDefaults
} {
  if (!environment[OBJECT_DEFAULTS]) return {}
  const expected = 'an object such as {"storageClass":"STANDARD_IA"}'
  const given = parseJson(environment, OBJECT_DEFAULTS, expected)
  readObjectDefaults(given, OBJECT_DEFAULTS)
  // Checked in the line above.
  return { objectDefaults: given as ObjectDefaults }
}

function parseJson(environment: Environment, name: string, expected: string): unknown {
  try {
    return JSON.parse(required(environment, name))
  } catch (error) {
    // The parser's own message would quote the setting's text.
    if (error instanceof SyntaxError)
      throw new TypeError(`${name} is not JSON, expected ${expected}`)
    throw error
  }
}
