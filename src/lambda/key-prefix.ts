/**
 * Where object keys begin (`WAYBILL_PREFIX`): the function's role reaches no others, and S3's 403 to the browser would
 * not say so.
 *
 * @module
 */

import type { UploadRule, UploadRules } from '../protocol/index.ts'
import type { Environment } from './environment.ts'

/**
 * @returns The rules, whose keys are `<prefix><id>/<name>` where a rule chooses none: the random id comes early, so that
 *   S3 can divide a busy bucket by it. A key of a rule's own that begins otherwise is a `TypeError`, for the log.
 */
export function withKeyPrefix(rules: UploadRules, environment: Environment): UploadRules {
  const prefix = environment.WAYBILL_PREFIX ?? ''
  const prefixed: Record<string, UploadRule> = {}
  for (const [rule, { key: ownKey, ...rest }] of Object.entries<UploadRule>(rules)) {
    const key: UploadRule['key'] = (file) => {
      const chosen = ownKey ? ownKey(file) : `${prefix}${file.id}/${file.name}`
      if (String(chosen).startsWith(prefix)) return chosen
      throw new TypeError(`rules.${rule}.key is '${chosen}', expected to begin with '${prefix}'`)
    }
    prefixed[rule] = { ...rest, key }
  }
  return prefixed
}
