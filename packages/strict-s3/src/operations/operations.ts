/**
 * The handlers of S3's operations by name. `route.ts` finds the name for a request.
 *
 * @module
 */

import type { OperationName } from './route.ts'
import { getBucketAcl, getObjectAcl, putBucketAcl, putObjectAcl } from './acl.ts'
import { listenBucketEvents } from './bucket/bucket-events.ts'
import { deleteBucketPolicy, getBucketPolicy, putBucketPolicy } from './bucket/bucket-policy.ts'
import {
  createBucket,
  deleteBucket,
  getBucketLocation,
  headBucket,
  listBuckets,
} from './bucket/buckets.ts'
import { deleteBucketCors, getBucketCors, putBucketCors } from './bucket/cors.ts'
import {
  deleteBucketEncryption,
  getBucketEncryption,
  putBucketEncryption,
} from './bucket/encryption.ts'
import {
  deleteBucketLifecycle,
  getBucketLifecycle,
  putBucketLifecycle,
} from './bucket/lifecycle.ts'
import { getObjectLockConfiguration } from './bucket/object-lock.ts'
import {
  deletePublicAccessBlock,
  getPublicAccessBlock,
  putPublicAccessBlock,
} from './bucket/public-access-block.ts'
import { getBucketVersioning, putBucketVersioning } from './bucket/versioning.ts'
import type { Operation } from './call.ts'
import { listObjects, listObjectsV2 } from './list/list-objects.ts'
import { listObjectVersions } from './list/list-versions.ts'
import { completeMultipartUpload } from './multipart/complete-upload.ts'
import { listMultipartUploads, listParts } from './multipart/list-uploads.ts'
import {
  abortMultipartUpload,
  createMultipartUpload,
  uploadPart,
} from './multipart/multipart-upload.ts'
import { copyObject, uploadPartCopy } from './object/copy-object.ts'
import { deleteObject, deleteObjects } from './object/delete-objects.ts'
import { getObject, headObject } from './object/get-object.ts'
import { getObjectAttributes } from './object/object-attributes.ts'
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from './object/object-tagging.ts'
import { postObject } from './object/post-object.ts'
import { putObject } from './object/put-object.ts'

/** The handler of each operation. */
export const OPERATIONS: Readonly<Record<OperationName, Operation>> = {
  ListBuckets: listBuckets,
  CreateBucket: createBucket,
  HeadBucket: headBucket,
  DeleteBucket: deleteBucket,
  GetBucketLocation: getBucketLocation,
  ListenBucketEvents: listenBucketEvents,
  GetBucketCors: getBucketCors,
  PutBucketCors: putBucketCors,
  DeleteBucketCors: deleteBucketCors,
  GetBucketVersioning: getBucketVersioning,
  PutBucketVersioning: putBucketVersioning,
  GetBucketLifecycleConfiguration: getBucketLifecycle,
  PutBucketLifecycleConfiguration: putBucketLifecycle,
  DeleteBucketLifecycle: deleteBucketLifecycle,
  GetBucketPolicy: getBucketPolicy,
  PutBucketPolicy: putBucketPolicy,
  DeleteBucketPolicy: deleteBucketPolicy,
  GetPublicAccessBlock: getPublicAccessBlock,
  PutPublicAccessBlock: putPublicAccessBlock,
  DeletePublicAccessBlock: deletePublicAccessBlock,
  GetBucketAcl: getBucketAcl,
  PutBucketAcl: putBucketAcl,
  GetBucketEncryption: getBucketEncryption,
  PutBucketEncryption: putBucketEncryption,
  DeleteBucketEncryption: deleteBucketEncryption,
  GetObjectLockConfiguration: getObjectLockConfiguration,
  ListObjects: listObjects,
  ListObjectsV2: listObjectsV2,
  ListObjectVersions: listObjectVersions,
  PutObject: putObject,
  CopyObject: copyObject,
  GetObjectAttributes: getObjectAttributes,
  GetObjectAcl: getObjectAcl,
  PutObjectAcl: putObjectAcl,
  PostObject: postObject,
  GetObject: getObject,
  HeadObject: headObject,
  DeleteObject: deleteObject,
  DeleteObjects: deleteObjects,
  GetObjectTagging: getObjectTagging,
  PutObjectTagging: putObjectTagging,
  DeleteObjectTagging: deleteObjectTagging,
  CreateMultipartUpload: createMultipartUpload,
  UploadPart: uploadPart,
  UploadPartCopy: uploadPartCopy,
  ListParts: listParts,
  ListMultipartUploads: listMultipartUploads,
  CompleteMultipartUpload: completeMultipartUpload,
  AbortMultipartUpload: abortMultipartUpload,
}
