/**
 * `waybill/s3` – the S3 protocol without I/O: SigV4 step by step, presigned POST and URLs, policies
 * (writing and checking), part plans, object keys, XML and error codes.
 *
 * @module
 */

export { type BucketLocation, type BucketUrl, bucketUrl, isBucketName } from './bucket-url.ts'
export {
  CRC64_OF_NOTHING,
  type Crc64,
  combineCrc64,
  formatCrc64,
  parseCrc64,
} from './crc64/crc64.ts'
export { RunningCrc64 } from './crc64/running-crc64.ts'
export { type ObjectKey, objectKey, safeFileName } from './object-key.ts'
export { LIMITS, type Part, type PartPlan, partOf, planParts } from './part-plan.ts'
export { type PartsToSign, type PresignPartsOptions, presignParts } from './presigned/part-urls.ts'
export { type PartWindow, partUrl } from './presigned/part-window.ts'
export {
  type Condition,
  encodePolicy,
  type PolicyDocument,
  parsePolicy,
} from './presigned/policy.ts'
export {
  checkPolicy,
  checkSize,
  MAX_SINGLE_UPLOAD_SIZE,
  type SizeRange,
} from './presigned/policy-check.ts'
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
  type SignableRequest,
  type SignedRequest,
  type SignRequestOptions,
  signRequest,
  type UrlToSign,
} from './presigned/presigned-url.ts'
export { createPresigner, type Presigner } from './presigned/presigner.ts'
export type { SigningPlace } from './presigned/signing-context.ts'
export { errorXml, isS3ErrorCode, readErrorXml, S3Error, type S3ErrorCode } from './s3-error.ts'
export { formatAmzDate, parseAmzDate } from './sigv4/amz-date.ts'
export type { Credentials, CredentialsProvider } from './sigv4/credentials.ts'
export {
  type Digest,
  type Hmac,
  type MaybePromise,
  nodeDigest,
  platformDigest,
  toHex,
  webDigest,
} from './sigv4/digest.ts'
export { type Life, lifeOf, MAX_EXPIRES_IN_SECONDS } from './sigv4/expiration.ts'
export { createSigningKeys, type SigningKeys } from './sigv4/signing-keys.ts'
export {
  ALGORITHM,
  type CanonicalRequestParts,
  canonicalRequest,
  credentialScope,
  signature,
  signingHmac,
  signingKey,
  stringToSign,
  UNSIGNED_PAYLOAD,
} from './sigv4/sigv4.ts'
export { canonicalQuery, uriEncode, uriEncodePath } from './sigv4/uri-encode.ts'
export {
  childOf,
  childrenOf,
  escapeXml,
  parseXml,
  S3_XMLNS,
  textOf,
  type XmlElement,
  xmlDocument,
} from './xml.ts'
