/**
 * The parts of the signer that `waybill-aws` and `waybill-cli` use besides the public ones.
 *
 * @module
 */

export { isRequestId } from './context/call-context.ts'
export type { SoundRules } from './context/signer-options.ts'
export { checkOptions } from './context/signer-options.ts'
export { createSigner } from './create-signer.ts'
export { isReservedHeader, signerPath } from './fetch-handler.ts'
