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
export { type HostedStore, hostedStore } from './hosted-stores.ts'
export { inBatches } from './in-batches.ts'
export { abortMultipartUpload, listParts, type MultipartUpload } from './multipart.ts'
export type { ObjectVersion } from './objects.ts'
export { deleteObject, type ListedObject, listObjects, listPages, readTags } from './objects.ts'
export { createS3Context, type S3CallContext, type S3CallOptions } from './s3-call-context.ts'
export type { ServerEffects } from './server-effects.ts'
export {
  type AskedStore,
  askSignedHeaders,
  BODY,
  callOnce,
  enforced,
  exchange,
  isRefusal,
  isTaken,
  lacking,
  type PresignedForm,
  type PresignedPut,
  type ProbeResult,
  postForm,
  problemOf,
  putPresigned,
  type SignedCall,
  type StoreProbe,
  type StoreResponse,
  shown,
} from './signed-headers-probe.ts'
export { StorageUnavailable } from './storage-unavailable.ts'
