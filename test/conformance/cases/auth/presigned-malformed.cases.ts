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
  malformed('refuses a life of more than a week', (path) => path, { expires: '604801' }),
  malformed('refuses a negative life', (path) => path, { expires: '-1' }),
  malformed('refuses a life that is no number', (path) => path, { expires: 'soon' }),
  malformed('refuses a missing life', (path) => path.replace(/&X-Amz-Expires=\d+/, '')),
  malformed('refuses a missing date', (path) => path.replace(/&X-Amz-Date=[^&]+/, '')),
  malformed('refuses a missing credential', (path) => path.replace(/&X-Amz-Credential=[^&]+/, '')),
  malformed('refuses missing signed headers', (path) =>
    path.replace(/&X-Amz-SignedHeaders=[^&]+/, ''),
  ),
  malformed('refuses a missing signature', (path) => path.replace(/&X-Amz-Signature=[^&]+/, '')),
  malformed('refuses a date that cannot be read', (path) =>
    path.replace(/X-Amz-Date=[^&]+/, 'X-Amz-Date=20260230T000000Z'),
  ),
  malformed('refuses an algorithm that it does not know', (path) => path, {
    algorithm: 'AWS4-HMAC-MD5',
  }),
  malformed('refuses another region', (path) => path, { region: 'mars-north-1' }),
  malformed('refuses another service', (path) => path, { service: 'sqs' }),
  malformed('refuses a credential of another day', (path) =>
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
      'names the time before the region, and before the day of the credential',
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
      'refuses a session token with a key that has none',
      async (system) =>
        put({ credentials: { ...system.target.credentials, sessionToken: 'x' } })(system),
      '400 InvalidToken',
    ),
    see: SEEN,
  },
  {
    ...refusal(
      'names the signature before such a token',
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
    title: 'takes UNSIGNED-PAYLOAD in a header that was not signed',
    see: SEEN,
    request: put({ unsignedHeaders: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } }),
  },
  {
    ...refusal(
      'refuses a payload hash in a header that was not signed',
      put({ unsignedHeaders: { 'x-amz-content-sha256': sha256('hello') } }),
      '403 SignatureDoesNotMatch',
    ),
    see: SEEN,
  },
]
