/**
 * One row for each S3 operation, including those that this server does not implement (the response
 * is 501). `find-operation.ts` finds the row for a request. `handle-request.ts` checks the row's
 * rules and runs its handler.
 *
 * @see
 *   https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
 * @module
 */

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
import { bucket, newBucket, type Operation, object, read, service, write } from './operation-row.ts'

const CREATES_OBJECT = {
  taggingHeader: 'needs PutObjectTagging',
  encryptionHeaders: 'read',
  versionId: 'refused',
} as const

const ANY_DIGEST = 'Content-MD5 OR x-amz-checksum-*'

export const OPERATIONS = {
  ListBuckets: service('GET', read('ListAllMyBuckets', { expectedOwner: 'ignored' }), listBuckets),

  CreateBucket: newBucket(
    'PUT',
    write('CreateBucket', {
      expectedOwner: 'ignored',
      document: { root: 'CreateBucketConfiguration' },
    }),
    createBucket,
  ),
  HeadBucket: bucket('HEAD', read('ListBucket', { within: 'anything' }), headBucket),
  DeleteBucket: bucket('DELETE', write('DeleteBucket'), deleteBucket),
  GetBucketLocation: bucket('GET ?location', read('GetBucketLocation'), getBucketLocation),
  ListenBucketEvents: bucket(
    'GET ?events',
    read('ListenBucketEvents', { ownExtension: true }),
    listenBucketEvents,
  ),

  ListObjects: bucket('GET', read('ListBucket', { within: 'listed keys' }), listObjects),
  ListObjectsV2: bucket(
    'GET ?list-type',
    read('ListBucket', { within: 'listed keys' }),
    listObjectsV2,
  ),
  ListObjectVersions: bucket(
    'GET ?versions',
    read('ListBucketVersions', { within: 'listed keys' }),
    listObjectVersions,
  ),

  GetBucketCors: bucket('GET ?cors', read('GetBucketCORS'), getBucketCors),
  PutBucketCors: bucket(
    'PUT ?cors',
    write('PutBucketCORS', { document: { root: 'CORSConfiguration', digest: ANY_DIGEST } }),
    putBucketCors,
  ),
  DeleteBucketCors: bucket('DELETE ?cors', write('PutBucketCORS'), deleteBucketCors),

  GetBucketVersioning: bucket('GET ?versioning', read('GetBucketVersioning'), getBucketVersioning),
  PutBucketVersioning: bucket(
    'PUT ?versioning',
    write('PutBucketVersioning', { document: { root: 'VersioningConfiguration' } }),
    putBucketVersioning,
  ),

  GetBucketLifecycleConfiguration: bucket(
    'GET ?lifecycle',
    read('GetLifecycleConfiguration'),
    getBucketLifecycle,
  ),
  PutBucketLifecycleConfiguration: bucket(
    'PUT ?lifecycle',
    write('PutLifecycleConfiguration', {
      document: { root: 'LifecycleConfiguration', digest: 'Content-MD5' },
    }),
    putBucketLifecycle,
  ),
  DeleteBucketLifecycle: bucket(
    'DELETE ?lifecycle',
    write('PutLifecycleConfiguration'),
    deleteBucketLifecycle,
  ),

  GetBucketPolicy: bucket(
    'GET ?policy',
    read('GetBucketPolicy', { overridesPolicy: true }),
    getBucketPolicy,
  ),
  PutBucketPolicy: bucket(
    'PUT ?policy',
    write('PutBucketPolicy', { overridesPolicy: true, document: {} }),
    putBucketPolicy,
  ),
  DeleteBucketPolicy: bucket(
    'DELETE ?policy',
    write('DeleteBucketPolicy', { overridesPolicy: true }),
    deleteBucketPolicy,
  ),

  GetPublicAccessBlock: bucket(
    'GET ?publicAccessBlock',
    read('GetBucketPublicAccessBlock'),
    getPublicAccessBlock,
  ),
  PutPublicAccessBlock: bucket(
    'PUT ?publicAccessBlock',
    write('PutBucketPublicAccessBlock', { document: { root: 'PublicAccessBlockConfiguration' } }),
    putPublicAccessBlock,
  ),
  DeletePublicAccessBlock: bucket(
    'DELETE ?publicAccessBlock',
    write('PutBucketPublicAccessBlock'),
    deletePublicAccessBlock,
  ),

  GetBucketAcl: bucket('GET ?acl', read('GetBucketAcl'), getBucketAcl),
  PutBucketAcl: bucket('PUT ?acl', write('PutBucketAcl'), putBucketAcl),

  GetBucketEncryption: bucket(
    'GET ?encryption',
    read('GetEncryptionConfiguration'),
    getBucketEncryption,
  ),
  PutBucketEncryption: bucket(
    'PUT ?encryption',
    write('PutEncryptionConfiguration', {
      document: { root: 'ServerSideEncryptionConfiguration' },
    }),
    putBucketEncryption,
  ),
  DeleteBucketEncryption: bucket(
    'DELETE ?encryption',
    write('PutEncryptionConfiguration'),
    deleteBucketEncryption,
  ),

  GetObjectLockConfiguration: bucket(
    'GET ?object-lock',
    read('GetBucketObjectLockConfiguration'),
    getObjectLockConfiguration,
  ),

  PutObject: object('PUT', write('PutObject', CREATES_OBJECT), putObject),
  CopyObject: object('PUT x-amz-copy-source', write('PutObject', CREATES_OBJECT), copyObject),
  PostObject: bucket(
    'POST',
    write('PutObject', {
      signature: 'in the form',
      permission: 'after the body',
      expectedOwner: 'ignored',
      encryptionHeaders: 'read',
    }),
    postObject,
  ),
  GetObject: object('GET', read('GetObject', { versionAction: 'GetObjectVersion' }), getObject),
  HeadObject: object('HEAD', read('GetObject', { versionAction: 'GetObjectVersion' }), headObject),
  GetObjectAttributes: object(
    'GET ?attributes',
    read('GetObjectAttributes', { versionAction: 'GetObjectVersionAttributes' }),
    getObjectAttributes,
  ),
  DeleteObject: object(
    'DELETE',
    write('DeleteObject', { versionAction: 'DeleteObjectVersion' }),
    deleteObject,
  ),
  DeleteObjects: bucket(
    'POST ?delete',
    write('DeleteObjects', {
      within: 'keys in the body',
      document: { root: 'Delete', digest: ANY_DIGEST },
    }),
    deleteObjects,
  ),

  GetObjectTagging: object(
    'GET ?tagging',
    read('GetObjectTagging', { versionAction: 'GetObjectVersionTagging' }),
    getObjectTagging,
  ),
  PutObjectTagging: object(
    'PUT ?tagging',
    write('PutObjectTagging', {
      versionAction: 'PutObjectVersionTagging',
      permission: 'after the body',
      // Unsigned requests can send this document, and parsing multiplies its size. The limit is
      // still far more than ten tags need.
      document: { root: 'Tagging', maxSize: 64 * 1024 },
    }),
    putObjectTagging,
  ),
  DeleteObjectTagging: object(
    'DELETE ?tagging',
    write('DeleteObjectTagging', { versionAction: 'DeleteObjectVersionTagging' }),
    deleteObjectTagging,
  ),

  GetObjectAcl: object(
    'GET ?acl',
    read('GetObjectAcl', { versionAction: 'GetObjectVersionAcl' }),
    getObjectAcl,
  ),
  PutObjectAcl: object(
    'PUT ?acl',
    write('PutObjectAcl', { versionAction: 'PutObjectVersionAcl' }),
    putObjectAcl,
  ),

  CreateMultipartUpload: object(
    'POST ?uploads',
    write('PutObject', CREATES_OBJECT),
    createMultipartUpload,
  ),
  UploadPart: object('PUT ?uploadId', write('PutObject'), uploadPart),
  UploadPartCopy: object('PUT ?uploadId x-amz-copy-source', write('PutObject'), uploadPartCopy),
  ListParts: object('GET ?uploadId', read('ListMultipartUploadParts'), listParts),
  ListMultipartUploads: bucket(
    'GET ?uploads',
    read('ListBucketMultipartUploads', { within: 'listed keys' }),
    listMultipartUploads,
  ),
  CompleteMultipartUpload: object(
    'POST ?uploadId',
    write('PutObject', {
      versionId: 'refused',
      document: { root: 'CompleteMultipartUpload', checksumOf: 'object' },
    }),
    completeMultipartUpload,
  ),
  AbortMultipartUpload: object(
    'DELETE ?uploadId',
    write('AbortMultipartUpload'),
    abortMultipartUpload,
  ),

  // The server does not implement the following operations, and responds with 501.
  GetBucketAccelerateConfiguration: bucket('GET ?accelerate'),
  PutBucketAccelerateConfiguration: bucket('PUT ?accelerate'),
  ListBucketAnalyticsConfigurations: bucket('GET ?analytics'),
  GetBucketAnalyticsConfiguration: bucket('GET ?analytics&id'),
  PutBucketAnalyticsConfiguration: bucket('PUT ?analytics'),
  DeleteBucketAnalyticsConfiguration: bucket('DELETE ?analytics'),
  ListBucketIntelligentTieringConfigurations: bucket('GET ?intelligent-tiering'),
  GetBucketIntelligentTieringConfiguration: bucket('GET ?intelligent-tiering&id'),
  PutBucketIntelligentTieringConfiguration: bucket('PUT ?intelligent-tiering'),
  DeleteBucketIntelligentTieringConfiguration: bucket('DELETE ?intelligent-tiering'),
  ListBucketInventoryConfigurations: bucket('GET ?inventory'),
  GetBucketInventoryConfiguration: bucket('GET ?inventory&id'),
  PutBucketInventoryConfiguration: bucket('PUT ?inventory'),
  DeleteBucketInventoryConfiguration: bucket('DELETE ?inventory'),
  GetBucketLogging: bucket('GET ?logging'),
  PutBucketLogging: bucket('PUT ?logging'),
  CreateBucketMetadataConfiguration: bucket('POST ?metadataConfiguration'),
  GetBucketMetadataConfiguration: bucket('GET ?metadataConfiguration'),
  DeleteBucketMetadataConfiguration: bucket('DELETE ?metadataConfiguration'),
  CreateBucketMetadataTableConfiguration: bucket('POST ?metadataTable'),
  GetBucketMetadataTableConfiguration: bucket('GET ?metadataTable'),
  DeleteBucketMetadataTableConfiguration: bucket('DELETE ?metadataTable'),
  ListBucketMetricsConfigurations: bucket('GET ?metrics'),
  GetBucketMetricsConfiguration: bucket('GET ?metrics&id'),
  PutBucketMetricsConfiguration: bucket('PUT ?metrics'),
  DeleteBucketMetricsConfiguration: bucket('DELETE ?metrics'),
  GetBucketNotificationConfiguration: bucket('GET ?notification'),
  PutBucketNotificationConfiguration: bucket('PUT ?notification'),
  PutObjectLockConfiguration: bucket('PUT ?object-lock'),
  GetBucketOwnershipControls: bucket('GET ?ownershipControls'),
  PutBucketOwnershipControls: bucket('PUT ?ownershipControls'),
  DeleteBucketOwnershipControls: bucket('DELETE ?ownershipControls'),
  GetBucketPolicyStatus: bucket('GET ?policyStatus'),
  GetBucketReplication: bucket('GET ?replication'),
  PutBucketReplication: bucket('PUT ?replication'),
  DeleteBucketReplication: bucket('DELETE ?replication'),
  GetBucketRequestPayment: bucket('GET ?requestPayment'),
  PutBucketRequestPayment: bucket('PUT ?requestPayment'),
  GetBucketTagging: bucket('GET ?tagging'),
  PutBucketTagging: bucket('PUT ?tagging'),
  DeleteBucketTagging: bucket('DELETE ?tagging'),
  GetBucketWebsite: bucket('GET ?website'),
  PutBucketWebsite: bucket('PUT ?website'),
  DeleteBucketWebsite: bucket('DELETE ?website'),
  UpdateObjectEncryption: object('PUT ?encryption'),
  GetObjectLegalHold: object('GET ?legal-hold'),
  PutObjectLegalHold: object('PUT ?legal-hold'),
  RenameObject: object('PUT ?renameObject'),
  RestoreObject: object('POST ?restore'),
  GetObjectRetention: object('GET ?retention'),
  PutObjectRetention: object('PUT ?retention'),
  SelectObjectContent: object('POST ?select'),
  GetObjectTorrent: object('GET ?torrent'),
} satisfies Readonly<Record<string, Operation>>

export type OperationName = keyof typeof OPERATIONS
