/**
 * S3's actions and condition keys in bucket policies, and which actions support which keys.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
 * @module
 */

const words = (text: string) => text.trim().split(/\s+/)

/** Excludes actions that apply only to other resources, such as access points or the account. */
const BUCKET_ACTIONS = words(`
AllowVendedLogDeliveryForResource CreateBucket CreateBucketMetadataTableConfiguration DeleteBucket
DeleteBucketMetadataTableConfiguration DeleteBucketPolicy DeleteBucketWebsite
GetAccelerateConfiguration GetAnalyticsConfiguration GetBucketAbac GetBucketAcl GetBucketCORS
GetBucketLocation GetBucketLogging GetBucketMetadataTableConfiguration GetBucketNotification
GetBucketObjectLockConfiguration GetBucketOwnershipControls GetBucketPolicy GetBucketPolicyStatus
GetBucketPublicAccessBlock GetBucketRequestPayment GetBucketTagging GetBucketVersioning
GetBucketWebsite GetEncryptionConfiguration GetIntelligentTieringConfiguration
GetInventoryConfiguration GetLifecycleConfiguration GetMetricsConfiguration
GetReplicationConfiguration ListBucket ListBucketMultipartUploads ListBucketVersions
ListTagsForResource PauseReplication PutAccelerateConfiguration PutAnalyticsConfiguration
PutBucketAbac PutBucketAcl PutBucketCORS PutBucketLogging PutBucketNotification
PutBucketObjectLockConfiguration PutBucketOwnershipControls PutBucketPolicy
PutBucketPublicAccessBlock PutBucketRequestPayment PutBucketTagging PutBucketVersioning
PutBucketWebsite PutEncryptionConfiguration PutIntelligentTieringConfiguration
PutInventoryConfiguration PutLifecycleConfiguration PutMetricsConfiguration
PutReplicationConfiguration TagResource UntagResource
UpdateBucketMetadataAnnotationTableConfiguration UpdateBucketMetadataInventoryTableConfiguration
UpdateBucketMetadataJournalTableConfiguration`)

const OBJECT_ACTIONS = words(`
AbortMultipartUpload BypassGovernanceRetention DeleteObject DeleteObjectAnnotation
DeleteObjectTagging DeleteObjectVersion DeleteObjectVersionAnnotation DeleteObjectVersionTagging
GetObject GetObjectAcl GetObjectAnnotation GetObjectAttributes GetObjectLegalHold
GetObjectRetention GetObjectTagging GetObjectTorrent GetObjectVersion GetObjectVersionAcl
GetObjectVersionAnnotation GetObjectVersionAnnotationForReplication GetObjectVersionAttributes
GetObjectVersionForReplication GetObjectVersionTagging GetObjectVersionTorrent
InitiateReplication ListMultipartUploadParts ListObjectAnnotations ListObjectVersionAnnotations
ObjectOwnerOverrideToBucketOwner PutObject PutObjectAcl PutObjectAnnotation PutObjectLegalHold
PutObjectRetention PutObjectTagging PutObjectVersionAcl PutObjectVersionAnnotation
PutObjectVersionTagging ReplicateDelete ReplicateObject ReplicateObjectAnnotation ReplicateTags
RestoreObject UpdateObjectEncryption`)

/** A key that ends with a slash is followed by a tag's key. */
const KEYS_OF_ALL_ACTIONS = words(`
s3:AccessGrantsInstanceArn s3:AccessPointNetworkOrigin s3:AccessPointTag/ s3:BucketTag/
s3:DataAccessPointAccount s3:DataAccessPointArn s3:ResourceAccount s3:TlsVersion s3:authType
s3:signatureAge s3:signatureversion s3:x-amz-content-sha256`)

const WITH_EXISTING_TAGS = `DeleteObjectAnnotation DeleteObjectTagging DeleteObjectVersionAnnotation
DeleteObjectVersionTagging GetObject GetObjectAcl GetObjectAnnotation GetObjectAttributes
GetObjectTagging GetObjectVersion GetObjectVersionAcl GetObjectVersionAnnotation
GetObjectVersionAttributes GetObjectVersionTagging ListObjectAnnotations
ListObjectVersionAnnotations PutObjectAcl PutObjectAnnotation PutObjectTagging PutObjectVersionAcl
PutObjectVersionAnnotation PutObjectVersionTagging UpdateObjectEncryption`
const LISTS = 'ListBucket ListBucketVersions'
const LISTS_ANNOTATIONS = 'ListObjectAnnotations ListObjectVersionAnnotations'
const SENDS_TAGS = 'BypassGovernanceRetention PutObject PutObjectTagging PutObjectVersionTagging'
const SETS_ACL = `BypassGovernanceRetention CreateBucket PutBucketAcl PutObject PutObjectAcl
PutObjectVersionAcl`
const WRITES = 'BypassGovernanceRetention PutObject'
const ENCRYPTS = 'BypassGovernanceRetention PutObject ReplicateObject UpdateObjectEncryption'
const LOCKS = 'PutObject PutObjectRetention'
const HOLDS = 'PutObject PutObjectRetention ReplicateObject'
const LOG_DELIVERY = 'AllowVendedLogDeliveryForResource'

const KEYS_OF_SOME_ACTIONS: Readonly<Record<string, string>> = {
  's3:ExistingObjectTag/': WITH_EXISTING_TAGS,
  's3:InventoryAccessibleOptionalFields': 'PutInventoryConfiguration',
  's3:ObjectCreationOperation': 'PutObject',
  's3:RequestObjectTag/': SENDS_TAGS,
  's3:RequestObjectTagKeys': SENDS_TAGS,
  's3:annotation-prefix': LISTS_ANNOTATIONS,
  's3:delimiter': LISTS,
  's3:deliverySourceArn': LOG_DELIVERY,
  's3:destinationRegion': 'PauseReplication',
  's3:if-match': 'DeleteObject PutObject',
  's3:if-none-match': 'PutObject',
  's3:isReplicationPauseRequest': 'PutReplicationConfiguration',
  's3:locationconstraint': 'CreateBucket',
  's3:logType': LOG_DELIVERY,
  's3:max-annotation-results': LISTS_ANNOTATIONS,
  's3:max-keys': LISTS,
  's3:object-lock-event-hold': HOLDS,
  's3:object-lock-event-hold-duration-days': HOLDS,
  's3:object-lock-legal-hold': 'PutObject PutObjectLegalHold',
  's3:object-lock-mode': LOCKS,
  's3:object-lock-remaining-retention-days': LOCKS,
  's3:object-lock-retain-until-date': LOCKS,
  's3:prefix': LISTS,
  's3:resourceArnBeingAuthorized': LOG_DELIVERY,
  's3:versionid': `DeleteObjectVersion DeleteObjectVersionAnnotation DeleteObjectVersionTagging
    GetObjectVersion GetObjectVersionAcl GetObjectVersionAnnotation GetObjectVersionAttributes
    GetObjectVersionTagging GetObjectVersionTorrent ListObjectVersionAnnotations
    PutObjectVersionAcl PutObjectVersionAnnotation PutObjectVersionTagging`,
  's3:x-amz-acl': SETS_ACL,
  's3:x-amz-bucket-namespace': 'CreateBucket',
  's3:x-amz-copy-source': WRITES,
  's3:x-amz-grant-full-control': SETS_ACL,
  's3:x-amz-grant-read': SETS_ACL,
  's3:x-amz-grant-read-acp': SETS_ACL,
  's3:x-amz-grant-write': SETS_ACL,
  's3:x-amz-grant-write-acp': SETS_ACL,
  's3:x-amz-metadata-directive': WRITES,
  's3:x-amz-object-annotation-directive': 'PutObject',
  's3:x-amz-object-if-match': `DeleteObjectAnnotation DeleteObjectVersionAnnotation
    PutObjectAnnotation PutObjectVersionAnnotation`,
  's3:x-amz-object-ownership': 'CreateBucket',
  's3:x-amz-server-side-encryption': ENCRYPTS,
  's3:x-amz-server-side-encryption-aws-kms-key-id': ENCRYPTS,
  's3:x-amz-server-side-encryption-customer-algorithm':
    'BypassGovernanceRetention PutObject ReplicateObject',
  's3:x-amz-storage-class': 'BypassGovernanceRetention PutObject PutObjectAcl PutObjectVersionAcl',
  's3:x-amz-website-redirect-location': WRITES,
}

interface Action {
  readonly name: string
  readonly on: 'bucket' | 'object'
}

export const ACTIONS: readonly Action[] = [
  ...BUCKET_ACTIONS.map((name) => ({ name, on: 'bucket' }) as const),
  ...OBJECT_ACTIONS.map((name) => ({ name, on: 'object' }) as const),
]

/** For each of S3's condition keys, the actions that support it, or `undefined` for all. */
export const CONDITION_KEYS: ReadonlyMap<string, readonly string[] | undefined> = new Map([
  ...KEYS_OF_ALL_ACTIONS.map((key) => [key, undefined] as const),
  ...Object.entries(KEYS_OF_SOME_ACTIONS).map(([key, actions]) => [key, words(actions)] as const),
])
