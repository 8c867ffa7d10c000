/**
 * `waybill/signer` authorizes uploads to S3. The files themselves never pass through it.
 *
 * @module
 */

export type { ObjectDefaults } from '../protocol/object-defaults.ts'
export type { ReceiptExpectation } from '../seal/read-receipt.ts'
export { type ReceiptReader, readReceipt } from '../seal/read-receipt.ts'
export type { Receipt } from '../seal/receipt.ts'
export { deriveReceiptKey } from '../seal/receipt.ts'
export type { SealSecret, SecretProvider } from '../seal/secret.ts'
export type { ServerEffects } from '../storage/server-effects.ts'
export type { ProbeResult } from '../storage/signed-headers-probe.ts'
export { type ProbedStore, probeSignedHeaders } from '../storage/signed-headers-probe.ts'
export type { TimeLimit } from '../storage/time-limit.ts'
export { type TokenAuthorizeOptions, tokenAuthorize } from '../tokens/token-authorize.ts'
export type { TokenAuthorization } from '../tokens/token-claims.ts'
export { type UploadTokenOptions, uploadToken } from '../tokens/upload-token.ts'
export type { CallOptions } from './context/call-context.ts'
export type {
  AuthorizeForRules,
  CheckedOptions,
  DownloadToSign,
  SignDownload,
  SignerOptions,
} from './context/signer-options.ts'
export { createSigner, type Signer } from './create-signer.ts'
export type { DynamoQuotasOptions } from './quota/dynamo-quotas.ts'
export { dynamoQuotas } from './quota/dynamo-quotas.ts'
export { memoryQuotas } from './quota/memory-quotas.ts'
export type { QuotaAmount, QuotaResult, QuotaStore, QuotaWindow } from './quota/quota-store.ts'
export {
  type CloudFrontUrlsOptions,
  cloudFrontUrls,
  type ObjectToSign,
  type SignObjectUrl,
} from './stored-objects/cloudfront-url.ts'
export type { DownloadOptions, DownloadUrl } from './stored-objects/download-url.ts'
export type { ConfirmableReceipt, ObjectReference } from './stored-objects/find-object.ts'
export type { StoredObjectFunctions } from './stored-objects/stored-objects.ts'
