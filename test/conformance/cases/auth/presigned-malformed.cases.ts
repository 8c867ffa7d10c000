/**
 * Presigned URLs: parameters that are none, times, tokens, and which of several mistakes S3 names.
 *
 * @module
 */

import type { Case } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import { put, refusal, rewritten } from '../../request/presigned-case.ts'
import { type PresignOptions, sha256 } from '../../request/signing.ts'
import type { Ask } from '../../system.ts'

const SEEN = PAGES.seen('presigned')

const malformed = (
  title: string,
  change: (path: string) => string,
  ask: Ask<PresignOptions> = {},
) => refusal(title, rewritten(change, ask), '400 AuthorizationQueryParametersError')

export const PRESIGNED_MALFORMED: readonly Case[] = [
  malformed('refuses a lifetime of more than a week', (path) => path, { expires: '604801' }),
  malformed('refuses a negative lifetime', (path) => path, { expires: '-1' }),
  malformed('refuses a lifetime that is not a number', (path) => path, { expires: 'soon' }),
  malformed('refuses a missing lifetime', (path) => path.replace(/&X-Amz-Expires=\d+/, '')),
  malformed('refuses a missing date', (path) => path.replace(/&X-Amz-Date=[^&]+/, '')),
  malformed('refuses a missing credential', (path) => path.replace(/&X-Amz-Credential=[^&]+/, '')),
  malformed('refuses missing signed headers', (path) =>
    path.replace(/&X-Amz-SignedHeaders=[^&]+/, ''),
  ),
  malformed('refuses a missing signature', (path) => path.replace(/&X-Amz-Signature=[^&]+/, '')),
  malformed('refuses an invalid date', (path) =>
    path.replace(/X-Amz-Date=[^&]+/, 'X-Amz-Date=20260230T000000Z'),
  ),
  malformed('refuses an unknown algorithm', (path) => path, {
    algorithm: 'AWS4-HMAC-MD5',
  }),
  malformed('refuses another region', (path) => path, { region: 'mars-north-1' }),
  malformed('refuses another service', (path) => path, { service: 'sqs' }),
  malformed('refuses a credential for another day', (path) =>
    path.replace(/%2F\d{8}%2F/, '%2F20200101%2F'),
  ),
  malformed('refuses a credential without a scope', (path) =>
    path.replace(/Credential=([^%&]+)[^&]*/, 'Credential=$1'),
  ),
  {
    ...refusal('refuses a URL dated in the future', put({ secondsAgo: -1200 }), '403 AccessDenied'),
    see: SEEN,
    body: /<Message>Request is not yet valid<\/Message>/,
  },
  {
    ...refusal(
      "reports the time before the region, and before the credential's day",
      rewritten((path) => path.replace(/%2F\d{8}%2F/, '%2F20200101%2F'), {
        secondsAgo: 61,
        expires: '60',
        region: 'mars-north-1',
      }),
      '403 AccessDenied',
    ),
    see: SEEN,
    body: /<Message>Request has expired<\/Message>/,
  },
  {
    ...refusal(
      'refuses a session token with a key that does not use one',
      async (system) =>
        put({ credentials: { ...system.target.credentials, sessionToken: 'x' } })(system),
      '400 InvalidToken',
    ),
    see: SEEN,
  },
  {
    ...refusal(
      'reports the signature before an unexpected session token',
      async (system) =>
        put({
          credentials: {
            ...system.target.credentials,
            secretAccessKey: 'wrong',
            sessionToken: 'x',
          },
        })(system),
      '403 SignatureDoesNotMatch',
    ),
    see: SEEN,
  },
  {
    title: 'accepts UNSIGNED-PAYLOAD in an unsigned header',
    see: SEEN,
    request: put({ unsignedHeaders: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } }),
  },
  {
    ...refusal(
      'refuses a payload hash in an unsigned header',
      put({ unsignedHeaders: { 'x-amz-content-sha256': sha256('hello') } }),
      '403 SignatureDoesNotMatch',
    ),
    see: SEEN,
  },
]
