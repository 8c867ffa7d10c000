/**
 * `waybill` – the contract between client and signer: messages, upload rules, errors.
 *
 * @module
 */

export type {
  Authorization,
  Authorize,
  PublicAuthorization,
  SignerRequest,
  SignerResponse,
  VerifiedCaller,
} from './authorization.ts'
export type { Days } from './claim.ts'
export type {
  ClaimRequest,
  ClaimResponse,
  CompleteManyRequest,
  CompleteManyResponse,
  CompleteRequest,
  CompleteResponse,
  CreateRequest,
  CreateResponse,
  Disposition,
  ErrorMessage,
  FileDescription,
  FormResponse,
  LinkRequest,
  LinkResponse,
  ListResponse,
  MultipartGrant,
  ObjectChecksum,
  ObjectKeyRequest,
  PartsRequest,
  PartWindowMessage,
  PostGrant,
  PresignedPostMessage,
  PutGrant,
  QuotaHints,
  QuotaRemaining,
  RemoveRequest,
  RemoveResponse,
  RuleHints,
  RulesResponse,
  UploadedPart,
  UploadGrant,
  UploadReference,
} from './messages.ts'
export type { CheckedQuota, Quota, QuotaPeriod } from './quota.ts'
export type {
  CompletionEvent,
  GrantEvent,
  LinkEvent,
  OnSignerEvent,
  RefusalEvent,
  RemovalEvent,
  SignerCall,
  SignerEvent,
  VerdictEvent,
} from './signer-event.ts'
export { formatSize, type Size } from './size.ts'
export {
  type ErrorDetails,
  isUploadErrorCode,
  UPLOAD_ERROR_CODES,
  UploadError,
  type UploadErrorCode,
} from './upload-error.ts'
export type { UploadLimits } from './upload-limits.ts'
export type { RuleContext } from './upload-rule.ts'
export {
  type AcceptArguments,
  type AcceptedFile,
  type AuthorizingRule,
  type CompletedUpload,
  type DependentRule,
  type PublicRule,
  type RuleLimits,
  type RuleName,
  type RuleResult,
  type UploadRule,
  type UploadRules,
  uploadRule,
} from './upload-rule.ts'
export type {
  RejectionReason,
  VerdictRequest,
  VerdictResponse,
  VerdictsRequest,
  VerdictsResponse,
} from './verdict.ts'
