/**
 * The calls to S3 and AWS that `waybill-cli` makes.
 *
 * @module
 */

export {
  type AwsAccount,
  AwsCallFailed,
  type AwsRestCall,
  callAwsJson,
  callAwsOnce,
  callAwsRest,
  regionOfArn,
  stringMember,
} from './call-aws.ts'
export { callS3, hasRoot, type S3Response } from './call-s3.ts'
export { deleteObject } from './delete-object.ts'
export { inBatches } from './in-batches.ts'
export { type ListedObject, listObjects, listPages } from './list-objects.ts'
export { abortMultipartUpload, listParts, type MultipartUpload } from './multipart.ts'
export { readTags } from './object-tagging.ts'
export type { ObjectVersion } from './object-version.ts'
export {
  callOnce,
  exchange,
  isTaken,
  type PresignedForm,
  type PresignedPut,
  postForm,
  problemOf,
  putPresigned,
  type SignedCall,
  type StoreResponse,
  shown,
} from './probe/exchange.ts'
export { askSignedHeaders } from './probe/probe-signed-headers.ts'
export {
  type AskedStore,
  BODY,
  enforced,
  isRefusal,
  lacking,
  type ProbeResult,
  type StoreProbe,
} from './probe/store-probe.ts'
export { createS3Context, type S3CallContext, type S3CallOptions } from './s3-call-context.ts'
export type { ServerEffects } from './server-effects.ts'
export { StorageUnavailable } from './storage-unavailable.ts'
