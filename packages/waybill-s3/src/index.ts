/**
 * The S3 protocol without I/O: SigV4 step by step, presigned POSTs and URLs, policies, part plans,
 * object keys and errors.
 *
 * @module
 */

export type { BucketLocation } from './bucket-url.ts'
export { type ObjectKey, objectKey, safeFileName } from './object-key.ts'
export { type Part, type PartPlan, partOf, planParts } from './part-plan.ts'
export { type PartsToSign, type PresignPartsOptions, presignParts } from './presigned/part-urls.ts'
export { type PartWindow, partUrl } from './presigned/part-window.ts'
export { type Condition, type PolicyDocument, parsePolicy } from './presigned/policy.ts'
export { checkPolicy, checkSize, type SizeRange } from './presigned/policy-check.ts'
export {
  type FormToSign,
  type PresignedPost,
  type PresignPostOptions,
  presignPost,
} from './presigned/presigned-post.ts'
export {
  type PresignedUrl,
  type PresignUrlOptions,
  presignUrl,
  type RequestToSend,
  type RequestToSign,
  type SignedRequest,
  type SignRequestOptions,
  signRequest,
  type UrlToSign,
} from './presigned/presigned-url.ts'
export { createPresigner, type Presigner } from './presigned/presigner.ts'
export type { SigningPlace } from './presigned/signing-context.ts'
export { parseErrorXml, S3Error, type S3ErrorCode } from './s3-error.ts'
export { storageOrigins } from './second-host.ts'
export { formatAmzDate } from './sigv4/amz-date.ts'
export type { Credentials, CredentialsProvider } from './sigv4/credentials.ts'
export type { Digest, Hmac } from './sigv4/digest.ts'
export {
  type CanonicalRequestParts,
  canonicalRequest,
  credentialScope,
  signature,
  signingKey,
  stringToSign,
} from './sigv4/sigv4.ts'
export { canonicalQuery, uriEncodePath } from './sigv4/uri-encode.ts'
