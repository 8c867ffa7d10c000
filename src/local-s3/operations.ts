/**
 * S3's operations by name. What is missing here answers 501 and says so.
 *
 * @module
 */

import {
  createBucket,
  deleteBucket,
  getBucketLocation,
  headBucket,
  listBuckets,
} from './bucket-operations.ts'
import { deleteBucketPolicy, getBucketPolicy, putBucketPolicy } from './bucket-policy-operations.ts'
import type { Operation } from './call.ts'
import { completeMultipartUpload } from './complete-upload.ts'
import { copyObject, uploadPartCopy } from './copy-object.ts'
import { deleteBucketCors, getBucketCors, putBucketCors } from './cors-configuration.ts'
import { deleteObject, deleteObjects } from './delete-objects.ts'
import { getObject, headObject } from './get-object.ts'
import {
  deleteBucketLifecycle,
  getBucketLifecycle,
  putBucketLifecycle,
} from './lifecycle-configuration.ts'
import { listObjects, listObjectsV2 } from './list-objects.ts'
import { listMultipartUploads, listParts } from './list-uploads.ts'
import { abortMultipartUpload, createMultipartUpload, uploadPart } from './multipart-upload.ts'
import { getObjectAttributes } from './object-attributes.ts'
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from './object-tagging.ts'
import { postObject } from './post-object.ts'
import {
  deletePublicAccessBlock,
  getPublicAccessBlock,
  putPublicAccessBlock,
} from './public-access-block.ts'
import { putObject } from './put-object.ts'
import type { OperationName } from './route.ts'
import { getBucketVersioning, listObjectVersions, putBucketVersioning } from './versioning.ts'

export const OPERATIONS: Readonly<Partial<Record<OperationName, Operation>>> = {
  ListBuckets: listBuckets,
  CreateBucket: createBucket,
  HeadBucket: headBucket,
  DeleteBucket: deleteBucket,
  GetBucketLocation: getBucketLocation,
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
  ListObjects: listObjects,
  ListObjectsV2: listObjectsV2,
  ListObjectVersions: listObjectVersions,
  PutObject: putObject,
  CopyObject: copyObject,
  GetObjectAttributes: getObjectAttributes,
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
