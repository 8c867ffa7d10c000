/**
 * The settings that a signer has as a Lambda function and as a program.
 *
 * @module
 */

export { bucketFrom, type Environment, oneOf, ownRegion, required } from './environment.ts'
export { sealingSecret } from './secrets.ts'
export { signerSettings } from './signer-settings.ts'
export { tokenCaller } from './token-caller.ts'
