/**
 * The quota of a rule as the signer uses it: its limits, and where they are counted.
 *
 * @module
 */

import type { CheckedQuota } from '../../protocol/quota.ts'
import type { QuotaStore } from './quota-store.ts'

/** A quota and its store. */
export interface RuleQuota extends CheckedQuota {
  readonly store: QuotaStore
}

const FUNCTIONS = ['take', 'giveBack', 'remaining'] as const

/**
 * Checks the option `quotas`.
 *
 * @throws {TypeError} When it lacks one of the functions.
 */
export function checkQuotaStore(store: unknown): void {
  for (const name of FUNCTIONS) {
    const isThere = typeof store === 'object' && store !== null
    if (isThere && typeof Reflect.get(store, name) === 'function') continue
    const kind = store === null ? 'null' : typeof store
    const given = isThere ? `without the function ${name}` : kind
    throw new TypeError(`quotas is ${given}, expected a QuotaStore such as memoryQuotas()`)
  }
}

/**
 * Finds the store for the quota of a rule.
 *
 * @param at - What to call the rule in a message, such as `rules.video`.
 * @throws {TypeError} When the signer has none.
 */
export function ruleQuota(
  at: string,
  quota: CheckedQuota,
  store: QuotaStore | undefined,
): RuleQuota {
  if (store) return { ...quota, store }
  throw new TypeError(
    `${at} has a quota, and the signer has no quotas to count it in: give it quotas, such as memoryQuotas() for one process or dynamoQuotas({ table, … }) for many`,
  )
}
