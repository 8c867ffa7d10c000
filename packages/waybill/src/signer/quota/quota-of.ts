/**
 * Grants within the quota of a rule. The code that counts stands in a chunk of its own, which a
 * signer without quotas does not load.
 *
 * @module
 */

import type { PublicAuthorization } from '../../protocol/authorization.ts'
import type { SignerRule } from '../rules/signer-rule.ts'
import type { SignerContext } from '../context/signer-context.ts'
import type { WithinQuota } from './count-grants.ts'

/** Loads the code that counts. */
export function loadQuotas() {
  return import('./entry.ts')
}

/** Makes the function that grants the uploads of one call. */
export function quotaOf(
  context: SignerContext,
  rule: SignerRule,
  { owner }: PublicAuthorization,
): WithinQuota {
  const { quota } = rule
  if (!quota) return (_size, grant) => grant()
  let counting: Promise<WithinQuota> | undefined
  return async (size, grant) => {
    counting ??= loadQuotas().then(({ countGrants }) => countGrants(context, rule, quota, owner))
    const within = await counting
    return within(size, grant)
  }
}
