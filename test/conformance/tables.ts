/**
 * All cases, by what they are about.
 *
 * @module
 */

import type { Case } from './case.ts'
import { BUCKET_POLICY } from './cases/access/bucket-policy.cases.ts'
import { CORS } from './cases/access/cors.cases.ts'
import { OWNER } from './cases/access/owner.cases.ts'
import { POLICY_DECISION } from './cases/access/policy-decision.cases.ts'
import { POLICY_ENCRYPTION } from './cases/access/policy-encryption.cases.ts'
import { POLICY_TAGS } from './cases/access/policy-tags.cases.ts'
import { CHUNKED } from './cases/auth/aws-chunked.cases.ts'
import { CHUNKED_SEEN } from './cases/auth/chunked-seen.cases.ts'
import { HEADER_MALFORMED } from './cases/auth/header-malformed.cases.ts'
import { HEADER_SEEN } from './cases/auth/header-seen.cases.ts'
import { HEADER_SIGNATURE } from './cases/auth/header-signature.cases.ts'
import { PRESIGNED_MALFORMED } from './cases/auth/presigned-malformed.cases.ts'
import { PRESIGNED_URL } from './cases/auth/presigned-url.cases.ts'
import { BUCKET_ENCRYPTION } from './cases/bucket/bucket-encryption.cases.ts'
import { BUCKET_TAGGING } from './cases/bucket/bucket-tagging.cases.ts'
import { BUCKETS } from './cases/bucket/buckets.cases.ts'
import { DEFAULT_ANSWERS } from './cases/bucket/default-answers.cases.ts'
import { LIFECYCLE } from './cases/bucket/lifecycle.cases.ts'
import { LIST_VERSIONS } from './cases/bucket/list-versions.cases.ts'
import { LISTING } from './cases/bucket/listing.cases.ts'
import { NOTIFICATIONS } from './cases/bucket/notifications.cases.ts'
import { NULL_VERSION } from './cases/bucket/null-version.cases.ts'
import { BUCKET_LOCK } from './cases/bucket/object-lock.cases.ts'
import { VERSIONING } from './cases/bucket/versioning.cases.ts'
import { POLICY_FORMS } from './cases/form/policy-forms.cases.ts'
import { POST_ACCEPTED } from './cases/form/post-accepted.cases.ts'
import { POST_POLICY } from './cases/form/post-policy.cases.ts'
import { POST_REFUSED } from './cases/form/post-refused.cases.ts'
import { COMPLETE_CHECKSUMS } from './cases/multipart/complete-checksums.cases.ts'
import { COMPLETE_CONDITIONS } from './cases/multipart/complete-conditions.cases.ts'
import { COMPLETE_UPLOAD } from './cases/multipart/complete-upload.cases.ts'
import { LIST_UPLOADS } from './cases/multipart/list-uploads.cases.ts'
import { UPLOAD_PART } from './cases/multipart/upload-part.cases.ts'
import { CHECKSUMS } from './cases/object/checksums.cases.ts'
import { CONDITIONS } from './cases/object/conditions.cases.ts'
import { COPIES } from './cases/object/copies.cases.ts'
import { DELETE_MANY } from './cases/object/delete-many.cases.ts'
import { DELETE_OBJECT } from './cases/object/delete-object.cases.ts'
import { ENCRYPTION } from './cases/object/encryption.cases.ts'
import { GET_OBJECT } from './cases/object/get-object.cases.ts'
import { OBJECT_LOCK } from './cases/object/object-lock.cases.ts'
import { PUT_OBJECT } from './cases/object/put-object.cases.ts'
import { STORAGE_CLASS } from './cases/object/storage-class.cases.ts'
import { TAGS_AND_ATTRIBUTES } from './cases/object/tags-and-attributes.cases.ts'

export const TABLES: Readonly<Record<string, readonly Case[]>> = {
  'the Authorization header': [...HEADER_SIGNATURE, ...HEADER_MALFORMED, ...HEADER_SEEN],
  'presigned URLs': [...PRESIGNED_URL, ...PRESIGNED_MALFORMED],
  'POST forms': [...POST_ACCEPTED, ...POST_POLICY, ...POST_REFUSED],
  buckets: [...BUCKETS, ...BUCKET_TAGGING, ...DEFAULT_ANSWERS],
  'owners and ACLs': OWNER,
  CORS: CORS,
  lifecycle: LIFECYCLE,
  PutObject: PUT_OBJECT,
  'GetObject and HeadObject': GET_OBJECT,
  'DeleteObject and DeleteObjects': [...DELETE_OBJECT, ...DELETE_MANY],
  conditions: CONDITIONS,
  checksums: CHECKSUMS,
  'aws-chunked': [...CHUNKED, ...CHUNKED_SEEN],
  encryption: [...ENCRYPTION, ...BUCKET_ENCRYPTION],
  'storage classes': STORAGE_CLASS,
  listing: LISTING,
  UploadPart: UPLOAD_PART,
  CompleteMultipartUpload: [...COMPLETE_UPLOAD, ...COMPLETE_CONDITIONS, ...COMPLETE_CHECKSUMS],
  'ListParts and ListMultipartUploads': LIST_UPLOADS,
  CopyObject: COPIES,
  'tags and attributes': TAGS_AND_ATTRIBUTES,
  versioning: [...VERSIONING, ...LIST_VERSIONS, ...NULL_VERSION],
  notifications: NOTIFICATIONS,
  'Object Lock': [...BUCKET_LOCK, ...OBJECT_LOCK],
  'bucket policies': [
    ...BUCKET_POLICY,
    ...POLICY_DECISION,
    ...POLICY_TAGS,
    ...POLICY_ENCRYPTION,
    ...POLICY_FORMS,
  ],
}
