/**
 * The parts of the signer that `waybill-aws` uses besides the public ones. Calls to AWS are listed here
 * too, because a Lambda function would load everything that `storage/internal.ts` lists.
 *
 * @module
 */

export { readSecrets } from '../seal/secret.ts'
export { callAwsJson, regionOfArn, stringMember } from '../storage/call-aws.ts'
export type { SoundRules } from './compile-time-checks.ts'
export { checkOptions } from './context/signer-options.ts'
export { createSigner } from './create-signer.ts'
export { isReservedHeader, signerPath } from './fetch-handler.ts'
export {
  checkedAuthorize,
  type RuleCall,
  type SignersPart,
} from './rules/rule-functions.ts'
