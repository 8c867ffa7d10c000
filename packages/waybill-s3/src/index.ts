/**
 * The S3 protocol without I/O: SigV4 step by step, presigned POSTs and URLs, policies, part plans,
 * object keys and errors.
 *
 * @module
 */

export type { BucketLocation } from './bucket-url.ts'
export { storageOrigins } from './bucket-url.ts'
export { type Part, type PartPlan, partOf, planParts } from './multipart-limits.ts'
export { type ObjectKey, objectKey, safeFileName } from './object-key.ts'
export {
  type PartsToSign,
  type PartWindow,
  type PresignPartsOptions,
  partUrl,
  presignParts,
} from './presigned/part-urls.ts'
export {
  type Condition,
  checkPolicy,
  checkSize,
  type PolicyDocument,
  parsePolicy,
  type SizeRange,
} from './presigned/post-policy.ts'
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
export type { SigningTarget } from './presigned/signing-context.ts'
export { parseErrorXml, S3Error, type S3ErrorCode } from './s3-error.ts'
export type { Digest, Hmac } from './sigv4/digest.ts'
export { canonicalQuery, formatAmzDate, uriEncodePath } from './sigv4/encoding.ts'
export type { Credentials, CredentialsProvider } from './sigv4/sigv4.ts'
export {
  type CanonicalRequestParts,
  canonicalRequest,
  credentialScope,
  signature,
  signingKey,
  stringToSign,
} from './sigv4/sigv4.ts'
