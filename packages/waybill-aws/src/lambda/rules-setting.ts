/**
 * Upload rules as a setting: `WAYBILL_RULES` tells them to the prebuilt signer of `waybill-aws/cdk`.
 *
 * A setting is JSON, so these rules have no functions. Rules with `authorize`, `key` or
 * `onComplete` need an entry file of the application.
 *
 * @module
 */

import type { UploadRule, UploadRules } from 'waybill'
import { checkRules } from 'waybill/internal/check-rules'
import { type Environment, required } from './environment.ts'

const NAME = 'WAYBILL_RULES'

/**
 * Reads `WAYBILL_RULES`, a JSON object of rules by name.
 *
 * @throws {TypeError | RangeError} Naming the invalid member, such as
 *   `WAYBILL_RULES.video.maxSize`.
 */
export function rulesFrom(environment: Environment): UploadRules {
  const rules = parseSetting(required(environment, NAME))
  const read: Record<string, UploadRule> = {}
  for (const [name, { public: isPublic, ...rule }] of checkRules(rules, { at: NAME })) {
    read[name] = isPublic ? { ...rule, public: true } : rule
  }
  return read
}

function parseSetting(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own message quotes the text.
    throw new TypeError(`${NAME} is not JSON, expected an object of rules by name`)
  }
}
