/**
 * All cases, by what they are about.
 *
 * @module
 */

import { ACCESS } from './access.cases.ts'
import { BUCKETS } from './buckets.cases.ts'
import type { Case } from './case.ts'
import { CHECKSUMS, CHUNKED } from './checksums.cases.ts'
import { CONDITIONS } from './conditions.cases.ts'
import { COPIES } from './copies.cases.ts'
import { HEADER_AUTH } from './header-auth.cases.ts'
import { LISTING } from './listing.cases.ts'
import { MULTIPART } from './multipart.cases.ts'
import { OBJECTS } from './objects.cases.ts'
import { POST_OBJECT } from './post-object.cases.ts'
import { PRESIGNED_URL } from './presigned-url.cases.ts'
import { VERSIONING } from './versioning.cases.ts'

export const TABLES: Readonly<Record<string, readonly Case[]>> = {
  'the Authorization header': HEADER_AUTH,
  'presigned URLs': PRESIGNED_URL,
  'POST forms': POST_OBJECT,
  buckets: BUCKETS,
  objects: OBJECTS,
  conditions: CONDITIONS,
  checksums: CHECKSUMS,
  'aws-chunked': CHUNKED,
  listing: LISTING,
  'multipart uploads': MULTIPART,
  'copies, tags, attributes': COPIES,
  versioning: VERSIONING,
  'policies and public access': ACCESS,
}
