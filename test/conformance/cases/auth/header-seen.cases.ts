/**
 * The `Authorization` header: what AWS is seen to take, and which of several mistakes it names.
 *
 * @module
 */

import { formatAmzDate } from 'waybill-s3'
import { type Case, stored } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import { authorization, put, refusal } from '../../request/header-auth-case.ts'
import type { SignOptions } from '../../request/signing.ts'
import type { Ask } from '../../system.ts'

const SEEN = PAGES.seen('headers')

const taken = (title: string, request: Case['request']): Case => ({
  title,
  see: SEEN,
  request,
  effect: stored('hello'),
})

/** Signs with `Date` and without `x-amz-date`. */
const withDate = (write: (date: Date) => string, signed = new Date()) => {
  const names = ['date', 'host', 'x-amz-content-sha256']
  const ask: Ask<SignOptions> = {
    amzDate: formatAmzDate(signed),
    headers: { date: write(signed) },
    signedHeaders: names,
  }
  return async (system: Parameters<Case['request']>[0]) => {
    const raw = await put(ask)(system)
    const { 'x-amz-date': _, ...headers } = raw.headers
    return { ...raw, headers }
  }
}

const NOBODY = { accessKeyId: 'AKIANOBODY', secretAccessKey: 'x' }

export const HEADER_SEEN: readonly Case[] = [
  taken(
    'accepts a payload hash in an unsigned header',
    put({ signedHeaders: ['host', 'x-amz-date'] }),
  ),
  taken(
    'accepts UNSIGNED-PAYLOAD in an unsigned header',
    put({ signedHeaders: ['host', 'x-amz-date'], payloadHash: 'UNSIGNED-PAYLOAD' }),
  ),
  refusal(
    'refuses a wrong payload hash in an unsigned header',
    async (system) => {
      const raw = await put({ signedHeaders: ['host', 'x-amz-date'] })(system)
      return { ...raw, headers: { ...raw.headers, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } }
    },
    '403 SignatureDoesNotMatch',
    SEEN,
  ),
  taken(
    "accepts a Date in HTTP's format",
    withDate((date) => date.toUTCString()),
  ),
  taken("accepts a Date in x-amz-date's format", withDate(formatAmzDate)),
  taken('prefers x-amz-date to Date', put({ headers: { date: 'Thu, 01 Jan 2015 00:00:00 GMT' } })),
  taken(
    'accepts signed headers in any order, in any case, and twice',
    authorization((header) =>
      header.replace(
        /SignedHeaders=[^,]+/,
        'SignedHeaders=X-Amz-Date;host;x-amz-content-sha256;HOST',
      ),
    ),
  ),
  refusal(
    'refuses a header with an unknown component',
    authorization((header) => `${header}, Extra=1`),
    '400 AuthorizationHeaderMalformed',
    SEEN,
  ),
  refusal(
    'refuses a header with a repeated component',
    authorization((header) => header.replace(/(Credential=[^,]+)/, '$1, $1')),
    '400 AuthorizationHeaderMalformed',
    SEEN,
  ),
  refusal(
    'reports the clock before the region',
    put({ secondsAgo: 1200, region: 'mars-north-1' }),
    '403 RequestTimeTooSkewed',
    SEEN,
  ),
  refusal(
    'reports the region before the access key',
    put({ region: 'mars-north-1', credentials: NOBODY }),
    '400 AuthorizationHeaderMalformed',
    SEEN,
  ),
  refusal(
    'reports the signature before an unexpected session token',
    async (system) =>
      put({
        credentials: { ...system.target.credentials, secretAccessKey: 'wrong', sessionToken: 'x' },
      })(system),
    '403 SignatureDoesNotMatch',
    SEEN,
  ),
]
