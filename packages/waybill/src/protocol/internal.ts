/**
 * The parts of the contract that `waybill-cli` uses besides the public ones.
 *
 * @module
 */

export { allowsContentType } from './allowed-content-type.ts'
export { type CheckedRule, checkRules } from './check-rules.ts'
export { parseDays } from './claim.ts'
export { isRecord, tryParseJson } from './json-value.ts'
export { readObjectDefaults } from './object-defaults.ts'
export { parseSize } from './size.ts'
export { VERSION } from './version.ts'
