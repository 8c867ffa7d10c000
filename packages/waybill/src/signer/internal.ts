/**
 * The parts of the signer that `waybill-aws` uses besides the public ones.
 *
 * @module
 */

export { readSecrets } from '../seal/secret.ts'
export {
  checkedAuthorize,
  type RuleCall,
  type SignersPart,
} from './application/checked-authorize.ts'
export type { SoundRules } from './compile-time-checks.ts'
export { checkOptions } from './context/signer-options.ts'
export { createSigner } from './create-signer.ts'
export { isReservedHeader } from './reserved-headers.ts'
export { signerPath } from './signer-path.ts'
