/**
 * The parts of the contract that `waybill-aws` and `waybill-cli` use besides the public ones.
 *
 * @module
 */

export { type CheckedRule, checkRules } from './check-rules.ts'
export { CLAIM_TAG, claimTagDays, parseDays } from './claim.ts'
export { allowsContentType } from './content-type.ts'
export { DEFAULT_EXPIRES_IN_SECONDS } from './expires-in.ts'
export { isRecord, type JsonRecord, tryParseJson } from './json-value.ts'
export { type ObjectDefaults, readObjectDefaults } from './object-defaults.ts'
export { parseSize } from './size.ts'
export { VERSION } from './version.ts'
