/**
 * One row for each S3 operation, including those that this server does not implement (the response
 * is 501). `find-operation.ts` finds the row for a request. `handle-request.ts` checks the row's
 * rules and runs its handler.
 *
 * @see
 *   https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
 * @module
 */

import {
  deleteOwnershipControls,
  getBucketAcl,
  getObjectAcl,
  getOwnershipControls,
  putBucketAcl,
  putObjectAcl,
  putOwnershipControls,
} from '../acl/acl-operations.ts'
import {
  createBucket,
  deleteBucket,
  getBucketLocation,
  getBucketVersioning,
  headBucket,
  listBuckets,
  putBucketVersioning,
} from '../buckets/bucket-operations.ts'
import { deleteBucketCors, getBucketCors, putBucketCors } from '../cors/cors-operations.ts'
import {
  deleteBucketEncryption,
  getBucketEncryption,
  putBucketEncryption,
} from '../encryption/encryption-operations.ts'
import {
  deleteBucketLifecycle,
  getBucketLifecycle,
  putBucketLifecycle,
} from '../lifecycle/lifecycle-operations.ts'
import { listObjects, listObjectsV2 } from '../listing/list-objects.ts'
import { listObjectVersions } from '../listing/list-versions.ts'
import { completeMultipartUpload } from '../multipart/complete-upload.ts'
import { listMultipartUploads, listParts } from '../multipart/list-uploads.ts'
import {
  abortMultipartUpload,
  createMultipartUpload,
  uploadPart,
} from '../multipart/multipart-upload.ts'
import {
  getBucketNotification,
  listenBucketEvents,
  putBucketNotification,
} from '../notifications/notification-operations.ts'
import {
  getObjectLegalHold,
  getObjectLockConfiguration,
  getObjectRetention,
  putObjectLegalHold,
  putObjectLockConfiguration,
  putObjectRetention,
} from '../object-lock/lock-operations.ts'
import { copyObject, uploadPartCopy } from '../objects/copy-object.ts'
import { deleteObject, deleteObjects } from '../objects/delete-objects.ts'
import { getObject, headObject } from '../objects/get-object.ts'
import { getObjectAttributes } from '../objects/object-attributes.ts'
import { postObject } from '../objects/post-object.ts'
import { putObject } from '../objects/put-object.ts'
import {
  deleteBucketPolicy,
  deletePublicAccessBlock,
  getBucketPolicy,
  getPublicAccessBlock,
  putBucketPolicy,
  putPublicAccessBlock,
} from '../policy/policy-operations.ts'
import {
  deleteBucketTagging,
  deleteObjectTagging,
  getBucketTagging,
  getObjectTagging,
  putBucketTagging,
  putObjectTagging,
} from '../tags/tag-operations.ts'
import {
  emptyDocument,
  emptyList,
  getBucketAbac,
  getBucketPolicyStatus,
  getBucketReplication,
  getBucketRequestPayment,
  getBucketWebsite,
  noSuchConfiguration,
  nothingToDelete,
} from './default-answers.ts'
import {
  bucket,
  missing,
  newBucket,
  type Operation,
  object,
  read,
  service,
  unchanged,
  write,
} from './operation-row.ts'

const CREATES_OBJECT = {
  objectHeaders: 'need permissions',
  encryptionHeaders: 'read',
  versionId: 'refused',
} as const

const READS_OBJECT = read('GetObject', { versionAction: 'GetObjectVersion' })

const ANY_DIGEST = 'Content-MD5 OR x-amz-checksum-*'

/** The body can be empty, because ACLs can also be in headers. Unsigned requests can send it. */
const ACL_DOCUMENT = { root: 'AccessControlPolicy', maxSize: 64 * 1024 } as const

const DIRECTORY_BUCKETS = 'only directory buckets have it'
const NO_ANNOTATIONS = 'annotations are not stored'
const NO_REPORTS = 'no reports are written'
const NO_TABLES = 'there are no metadata tables'
const ONE_TIER = 'all objects are stored alike'

/**
 * Unsigned requests can send documents that are read before the permission is checked, and parsing
 * multiplies their size. The limit is still far more than ten tags need.
 */
const SMALL_DOCUMENT = 64 * 1024

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
  GetBucketLocation: bucket(
    'GET ?location',
    read('GetBucketLocation', { region: "the bucket's or us-east-1" }),
    getBucketLocation,
  ),
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
  PutBucketAcl: bucket('PUT ?acl', write('PutBucketAcl', { document: ACL_DOCUMENT }), putBucketAcl),

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

  GetBucketNotificationConfiguration: bucket(
    'GET ?notification',
    read('GetBucketNotification'),
    getBucketNotification,
  ),
  PutBucketNotificationConfiguration: bucket(
    'PUT ?notification',
    write('PutBucketNotification', { document: { root: 'NotificationConfiguration' } }),
    putBucketNotification,
  ),

  GetObjectLockConfiguration: bucket(
    'GET ?object-lock',
    read('GetBucketObjectLockConfiguration'),
    getObjectLockConfiguration,
  ),
  PutObjectLockConfiguration: bucket(
    'PUT ?object-lock',
    write('PutBucketObjectLockConfiguration', {
      document: { root: 'ObjectLockConfiguration', digest: ANY_DIGEST },
    }),
    putObjectLockConfiguration,
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
  GetObject: object('GET', READS_OBJECT, getObject),
  HeadObject: object('HEAD', READS_OBJECT, headObject),
  GetObjectAttributes: object(
    'GET ?attributes',
    read('GetObjectAttributes', {
      versionAction: 'GetObjectVersionAttributes',
      also: READS_OBJECT,
    }),
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
      document: { root: 'Tagging', maxSize: SMALL_DOCUMENT },
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
    write('PutObjectAcl', { versionAction: 'PutObjectVersionAcl', document: ACL_DOCUMENT }),
    putObjectAcl,
  ),

  GetObjectRetention: object('GET ?retention', read('GetObjectRetention'), getObjectRetention),
  PutObjectRetention: object(
    'PUT ?retention',
    write('PutObjectRetention', {
      permission: 'after the body',
      document: { root: 'Retention', digest: ANY_DIGEST, maxSize: SMALL_DOCUMENT },
    }),
    putObjectRetention,
  ),
  GetObjectLegalHold: object('GET ?legal-hold', read('GetObjectLegalHold'), getObjectLegalHold),
  PutObjectLegalHold: object(
    'PUT ?legal-hold',
    write('PutObjectLegalHold', {
      permission: 'after the body',
      document: { root: 'LegalHold', digest: ANY_DIGEST, maxSize: SMALL_DOCUMENT },
    }),
    putObjectLegalHold,
  ),

  CreateMultipartUpload: object(
    'POST ?uploads',
    write('PutObject', { ...CREATES_OBJECT, preparesObject: true }),
    createMultipartUpload,
  ),
  UploadPart: object('PUT ?uploadId', write('PutObject', { preparesObject: true }), uploadPart),
  UploadPartCopy: object(
    'PUT ?uploadId x-amz-copy-source',
    write('PutObject', { preparesObject: true }),
    uploadPartCopy,
  ),
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

  GetBucketTagging: bucket('GET ?tagging', read('GetBucketTagging'), getBucketTagging),
  PutBucketTagging: bucket(
    'PUT ?tagging',
    write('PutBucketTagging', { document: { root: 'Tagging', digest: ANY_DIGEST } }),
    putBucketTagging,
  ),
  DeleteBucketTagging: bucket('DELETE ?tagging', write('PutBucketTagging'), deleteBucketTagging),

  GetBucketOwnershipControls: bucket(
    'GET ?ownershipControls',
    read('GetBucketOwnershipControls'),
    getOwnershipControls,
  ),
  PutBucketOwnershipControls: bucket(
    'PUT ?ownershipControls',
    write('PutBucketOwnershipControls', {
      document: { root: 'OwnershipControls', digest: ANY_DIGEST },
    }),
    putOwnershipControls,
  ),
  DeleteBucketOwnershipControls: bucket(
    'DELETE ?ownershipControls',
    write('PutBucketOwnershipControls'),
    deleteOwnershipControls,
  ),

  // These settings cannot be changed. Reading them gives S3's default.
  GetBucketAbac: unchanged('GET ?abac', read('GetBucketAbac'), getBucketAbac, '`Disabled`'),
  GetBucketAccelerateConfiguration: unchanged(
    'GET ?accelerate',
    read('GetAccelerateConfiguration'),
    emptyDocument('AccelerateConfiguration'),
    'never enabled',
  ),
  ListBucketAnalyticsConfigurations: unchanged(
    'GET ?analytics',
    read('GetAnalyticsConfiguration'),
    emptyList('ListBucketAnalyticsConfigurationResult'),
    'an empty list',
  ),
  GetBucketAnalyticsConfiguration: unchanged(
    'GET ?analytics&id',
    read('GetAnalyticsConfiguration'),
    noSuchConfiguration,
    '`NoSuchConfiguration`',
  ),
  DeleteBucketAnalyticsConfiguration: unchanged(
    'DELETE ?analytics',
    write('PutAnalyticsConfiguration'),
    noSuchConfiguration,
    '`NoSuchConfiguration`',
  ),
  ListBucketIntelligentTieringConfigurations: unchanged(
    'GET ?intelligent-tiering',
    read('GetIntelligentTieringConfiguration'),
    emptyList('ListBucketIntelligentTieringConfigurationsOutput'),
    'an empty list',
  ),
  GetBucketIntelligentTieringConfiguration: unchanged(
    'GET ?intelligent-tiering&id',
    read('GetIntelligentTieringConfiguration'),
    noSuchConfiguration,
    '`NoSuchConfiguration`',
  ),
  DeleteBucketIntelligentTieringConfiguration: unchanged(
    'DELETE ?intelligent-tiering',
    write('PutIntelligentTieringConfiguration'),
    noSuchConfiguration,
    '`NoSuchConfiguration`',
  ),
  ListBucketInventoryConfigurations: unchanged(
    'GET ?inventory',
    read('GetInventoryConfiguration'),
    emptyList('ListInventoryConfigurationsResult'),
    'an empty list',
  ),
  GetBucketInventoryConfiguration: unchanged(
    'GET ?inventory&id',
    read('GetInventoryConfiguration'),
    noSuchConfiguration,
    '`NoSuchConfiguration`',
  ),
  DeleteBucketInventoryConfiguration: unchanged(
    'DELETE ?inventory',
    write('PutInventoryConfiguration'),
    noSuchConfiguration,
    '`NoSuchConfiguration`',
  ),
  GetBucketLogging: unchanged(
    'GET ?logging',
    read('GetBucketLogging'),
    emptyDocument('BucketLoggingStatus'),
    'off',
  ),
  ListBucketMetricsConfigurations: unchanged(
    'GET ?metrics',
    read('GetMetricsConfiguration'),
    emptyList('ListMetricsConfigurationsResult'),
    'an empty list',
  ),
  GetBucketMetricsConfiguration: unchanged(
    'GET ?metrics&id',
    read('GetMetricsConfiguration'),
    noSuchConfiguration,
    '`NoSuchConfiguration`',
  ),
  DeleteBucketMetricsConfiguration: unchanged(
    'DELETE ?metrics',
    write('PutMetricsConfiguration'),
    noSuchConfiguration,
    '`NoSuchConfiguration`',
  ),
  GetBucketPolicyStatus: bucket(
    'GET ?policyStatus',
    read('GetBucketPolicyStatus'),
    getBucketPolicyStatus,
  ),
  GetBucketReplication: unchanged(
    'GET ?replication',
    read('GetReplicationConfiguration'),
    getBucketReplication,
    '`ReplicationConfigurationNotFoundError`',
  ),
  DeleteBucketReplication: unchanged(
    'DELETE ?replication',
    write('PutReplicationConfiguration'),
    nothingToDelete,
    'nothing to delete',
  ),
  GetBucketRequestPayment: unchanged(
    'GET ?requestPayment',
    read('GetBucketRequestPayment'),
    getBucketRequestPayment,
    '`BucketOwner`',
  ),
  GetBucketWebsite: unchanged(
    'GET ?website',
    read('GetBucketWebsite'),
    getBucketWebsite,
    '`NoSuchWebsiteConfiguration`',
  ),
  DeleteBucketWebsite: unchanged(
    'DELETE ?website',
    write('DeleteBucketWebsite'),
    nothingToDelete,
    'nothing to delete',
  ),

  // The server does not implement the following operations, and responds with 501.
  PutBucketAbac: missing('bucket', 'PUT ?abac', 'bucket tags grant no access here'),
  PutBucketAccelerateConfiguration: missing(
    'bucket',
    'PUT ?accelerate',
    'there are no edge locations',
  ),
  PutBucketAnalyticsConfiguration: missing('bucket', 'PUT ?analytics', NO_REPORTS),
  PutBucketIntelligentTieringConfiguration: missing('bucket', 'PUT ?intelligent-tiering', ONE_TIER),
  PutBucketInventoryConfiguration: missing('bucket', 'PUT ?inventory', NO_REPORTS),
  PutBucketLogging: missing('bucket', 'PUT ?logging', 'the server writes its own log'),
  PutBucketMetricsConfiguration: missing('bucket', 'PUT ?metrics', 'there is no CloudWatch'),
  CreateBucketMetadataConfiguration: missing('bucket', 'POST ?metadataConfiguration', NO_TABLES),
  GetBucketMetadataConfiguration: missing('bucket', 'GET ?metadataConfiguration', NO_TABLES),
  DeleteBucketMetadataConfiguration: missing('bucket', 'DELETE ?metadataConfiguration', NO_TABLES),
  CreateBucketMetadataTableConfiguration: missing('bucket', 'POST ?metadataTable', NO_TABLES),
  GetBucketMetadataTableConfiguration: missing('bucket', 'GET ?metadataTable', NO_TABLES),
  DeleteBucketMetadataTableConfiguration: missing('bucket', 'DELETE ?metadataTable', NO_TABLES),
  UpdateBucketMetadataAnnotationTableConfiguration: missing(
    'bucket',
    'PUT ?metadataAnnotationTable',
    NO_TABLES,
  ),
  UpdateBucketMetadataInventoryTableConfiguration: missing(
    'bucket',
    'PUT ?metadataInventoryTable',
    NO_TABLES,
  ),
  UpdateBucketMetadataJournalTableConfiguration: missing(
    'bucket',
    'PUT ?metadataJournalTable',
    NO_TABLES,
  ),
  PutBucketReplication: missing('bucket', 'PUT ?replication', 'there is only one server'),
  PutBucketRequestPayment: missing('bucket', 'PUT ?requestPayment', 'nobody pays for requests'),
  PutBucketWebsite: missing('bucket', 'PUT ?website', 'there are no website endpoints'),
  ListObjectAnnotations: missing('object', 'GET ?annotation', NO_ANNOTATIONS),
  GetObjectAnnotation: missing('object', 'GET ?annotation&annotationName', NO_ANNOTATIONS),
  PutObjectAnnotation: missing('object', 'PUT ?annotation', NO_ANNOTATIONS),
  DeleteObjectAnnotation: missing('object', 'DELETE ?annotation', NO_ANNOTATIONS),
  UpdateObjectEncryption: missing(
    'object',
    'PUT ?encryption',
    'copy the object onto itself instead',
  ),
  RenameObject: missing('object', 'PUT ?renameObject', DIRECTORY_BUCKETS),
  RestoreObject: missing('object', 'POST ?restore', 'there are no archive storage classes'),
  SelectObjectContent: missing(
    'object',
    'POST ?select',
    'AWS has closed S3 Select to new accounts',
  ),
  GetObjectTorrent: missing('object', 'GET ?torrent', 'AWS has retired BitTorrent downloads'),
} satisfies Readonly<Record<string, Operation>>

/** Operations of the SDK's S3 client that S3 does not offer for the buckets that this server has. */
export const ELSEWHERE: Readonly<Record<string, string>> = {
  CreateSession: DIRECTORY_BUCKETS,
  ListDirectoryBuckets: DIRECTORY_BUCKETS,
  WriteGetObjectResponse: 'it is sent to S3 Object Lambda',
}

export type OperationName = keyof typeof OPERATIONS
