/**
 * All cases, by what they are about.
 *
 * @module
 */

import { CHUNKED } from './aws-chunked.cases.ts'
import { BUCKET_POLICY } from './bucket-policy.cases.ts'
import { BUCKETS } from './buckets.cases.ts'
import type { Case } from './case.ts'
import { CHECKSUMS } from './checksums.cases.ts'
import { CHUNKED_SEEN } from './chunked-seen.cases.ts'
import { COMPLETE_CHECKSUMS } from './complete-checksums.cases.ts'
import { COMPLETE_CONDITIONS } from './complete-conditions.cases.ts'
import { COMPLETE_UPLOAD } from './complete-upload.cases.ts'
import { CONDITIONS } from './conditions.cases.ts'
import { COPIES } from './copies.cases.ts'
import { CORS } from './cors.cases.ts'
import { CUSTOMER_KEYS } from './customer-keys.cases.ts'
import { DELETE_MANY } from './delete-many.cases.ts'
import { DELETE_OBJECT } from './delete-object.cases.ts'
import { GET_OBJECT } from './get-object.cases.ts'
import { HEADER_MALFORMED } from './header-malformed.cases.ts'
import { HEADER_SEEN } from './header-seen.cases.ts'
import { HEADER_SIGNATURE } from './header-signature.cases.ts'
import { LIFECYCLE } from './lifecycle.cases.ts'
import { LIST_UPLOADS } from './list-uploads.cases.ts'
import { LIST_VERSIONS } from './list-versions.cases.ts'
import { LISTING } from './listing.cases.ts'
import { NULL_VERSION } from './null-version.cases.ts'
import { POLICY_DECISION } from './policy-decision.cases.ts'
import { POLICY_FORMS } from './policy-forms.cases.ts'
import { POLICY_TAGS } from './policy-tags.cases.ts'
import { POST_ACCEPTED } from './post-accepted.cases.ts'
import { POST_POLICY } from './post-policy.cases.ts'
import { POST_REFUSED } from './post-refused.cases.ts'
import { PRESIGNED_MALFORMED } from './presigned-malformed.cases.ts'
import { PRESIGNED_URL } from './presigned-url.cases.ts'
import { PUT_OBJECT } from './put-object.cases.ts'
import { TAGS_AND_ATTRIBUTES } from './tags-and-attributes.cases.ts'
import { UPLOAD_PART } from './upload-part.cases.ts'
import { VERSIONING } from './versioning.cases.ts'

export const TABLES: Readonly<Record<string, readonly Case[]>> = {
  'the Authorization header': [...HEADER_SIGNATURE, ...HEADER_MALFORMED, ...HEADER_SEEN],
  'presigned URLs': [...PRESIGNED_URL, ...PRESIGNED_MALFORMED],
  'POST forms': [...POST_ACCEPTED, ...POST_POLICY, ...POST_REFUSED],
  buckets: BUCKETS,
  CORS: CORS,
  lifecycle: LIFECYCLE,
  PutObject: PUT_OBJECT,
  'GetObject and HeadObject': GET_OBJECT,
  'DeleteObject and DeleteObjects': [...DELETE_OBJECT, ...DELETE_MANY],
  conditions: CONDITIONS,
  checksums: CHECKSUMS,
  'aws-chunked': [...CHUNKED, ...CHUNKED_SEEN],
  encryption: CUSTOMER_KEYS,
  listing: LISTING,
  UploadPart: UPLOAD_PART,
  CompleteMultipartUpload: [...COMPLETE_UPLOAD, ...COMPLETE_CONDITIONS, ...COMPLETE_CHECKSUMS],
  'ListParts and ListMultipartUploads': LIST_UPLOADS,
  CopyObject: COPIES,
  'tags and attributes': TAGS_AND_ATTRIBUTES,
  versioning: [...VERSIONING, ...LIST_VERSIONS, ...NULL_VERSION],
  'bucket policies': [...BUCKET_POLICY, ...POLICY_DECISION, ...POLICY_TAGS, ...POLICY_FORMS],
}
