/**
 * The code that counts quotas is loaded on demand, so a signer without quotas never loads it.
 *
 * @module
 */

import type { CheckedQuota } from '../../protocol/quota.ts'
import type { QuotaContext, WithinQuota } from './count-grants.ts'
import type { QuotaStore, RuleQuota } from './quota-store.ts'

const FUNCTIONS = ['take', 'giveBack', 'remaining'] as const

/** @throws {TypeError} If one of the store's functions is missing. */
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
 * @param at - The rule's name in error messages, such as `rules.video`.
 * @throws {TypeError} If the signer has no store.
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

export interface RuleWithQuota {
  readonly name: string
  readonly quota?: RuleQuota
}

export function loadCounting() {
  return import('./count-grants.ts')
}

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
