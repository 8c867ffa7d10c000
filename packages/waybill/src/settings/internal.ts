/**
 * The settings that a signer has as a Lambda function and as a program.
 *
 * @module
 */

export { tokenCaller } from '../tokens/token-caller.ts'
export { bucketFrom, type Environment, oneOf, ownRegion, required } from './environment.ts'
export { parseRules } from './json-settings.ts'
export { type SettingsSource, sealingSecret } from './secrets.ts'
export { settingMistakes, signerSettings } from './signer-settings.ts'
