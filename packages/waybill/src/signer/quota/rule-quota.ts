/**
 * The quota of one rule: where it is counted, and the function that grants uploads within it.
 *
 * The code that counts is a lazily loaded chunk, so a signer without quotas never loads it.
 *
 * @module
 */

import type { CheckedQuota } from '../../protocol/quota.ts'
import type { QuotaContext, WithinQuota } from './count-grants.ts'
import type { QuotaStore, RuleQuota } from './quota-store.ts'

const FUNCTIONS = ['take', 'giveBack', 'remaining'] as const

/**
 * Checks the `quotas` option.
 *
 * @throws {TypeError} When one of the store's functions is missing.
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
 * Joins a rule's quota and the store that counts it.
 *
 * @param at - The rule's name in messages, such as `rules.video`.
 * @throws {TypeError} When the signer has no store.
 */
export function ruleQuota(
  at: string,
  quota: CheckedQuota,
  store: QuotaStore | undefined,
): RuleQuota {
  if (store) return { ...quota, store }
  throw new TypeError(
    `${at} has a quota, but the signer has no store to count it in: set quotas, for example to memoryQuotas() for a single process or dynamoQuotas({ table, … }) for several`,
  )
}

/** A rule, as far as its quota is concerned. */
export interface RuleWithQuota {
  readonly name: string
  readonly quota?: RuleQuota
}

/** Loads the chunk that counts. */
export function loadCounting() {
  return import('./count-grants.ts')
}

/** Returns the function that grants the uploads of one call within the rule's quota. */
export function withinQuota(
  context: QuotaContext,
  { name, quota }: RuleWithQuota,
  owner: string | undefined,
): WithinQuota {
  if (!quota) return (_size, grant) => grant()
  let counting: Promise<WithinQuota> | undefined
  return async (size, grant) => {
    counting ??= loadCounting().then(({ countGrants }) => countGrants(context, name, quota, owner))
    const within = await counting
    return within(size, grant)
  }
}
