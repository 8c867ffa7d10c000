/**
 * The chunk of quotas. A signer without them does not load it.
 *
 * @module
 */

export { countGrants } from './count-grants.ts'
export { describeQuota } from './describe-quota.ts'
