import { type Acl, type AclPermission, ALL_USERS, OWNER_ONLY, usesAcls } from './acl.ts'
import type { BucketTarget } from './policy-context.ts'

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#permissions */
const BUCKET_ACTIONS: Readonly<Record<string, AclPermission>> = {
  's3:ListBucket': 'READ',
  's3:ListBucketVersions': 'READ',
  's3:ListBucketMultipartUploads': 'READ',
  's3:PutObject': 'WRITE',
  's3:DeleteObjects': 'WRITE',
  's3:GetBucketAcl': 'READ_ACP',
  's3:PutBucketAcl': 'WRITE_ACP',
}

const OBJECT_ACTIONS: Readonly<Record<string, AclPermission>> = {
  's3:GetObject': 'READ',
  's3:GetObjectVersion': 'READ',
  's3:GetObjectAcl': 'READ_ACP',
  's3:GetObjectVersionAcl': 'READ_ACP',
  's3:PutObjectAcl': 'WRITE_ACP',
  's3:PutObjectVersionAcl': 'WRITE_ACP',
}

/**
 * Whether an ACL allows everyone to do this without a signature. Everyone can delete only objects
 * that an unsigned request wrote, because S3 counts everyone as their owner.
 */
export function allowsEveryone(action: string, target: BucketTarget): boolean {
  const { bucket } = target
  if (!usesAcls(bucket.record) || bucket.record.publicAccessBlock?.ignorePublicAcls) return false
  const { acl = OWNER_ONLY } = bucket.record
  // Whoever creates an object may also set its ACL.
  const isNewAcl = target.createsObject && action === 's3:PutObjectAcl'
  if (action === 's3:DeleteObject') {
    return objectOf(target)?.unsigned === true && grantsEveryone(acl, 'WRITE')
  }
  const onBucket = BUCKET_ACTIONS[isNewAcl ? 's3:PutObject' : action]
  if (onBucket) return grantsEveryone(acl, onBucket)
  const onObject = OBJECT_ACTIONS[action]
  if (!onObject) return false
  const object = objectOf(target)
  if (object) return grantsEveryone(object.acl ?? OWNER_ONLY, onObject)
  // Whoever may list the bucket is told that an object does not exist.
  return onObject === 'READ' && grantsEveryone(acl, 'READ')
}

function objectOf({ bucket, key = '', versionId }: BucketTarget) {
  const versions = bucket.objects.versionsOf(key)
  const version =
    versionId === undefined ? versions[0] : versions.find((each) => each.versionId === versionId)
  return version?.deleteMarker ? undefined : version
}

function grantsEveryone(acl: Acl, wanted: AclPermission): boolean {
  return acl.some(
    ({ grantee, permission }) =>
      'group' in grantee &&
      grantee.group === ALL_USERS &&
      (permission === wanted || permission === 'FULL_CONTROL'),
  )
}
