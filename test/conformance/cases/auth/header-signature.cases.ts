/**
 * Requests signed in the `Authorization` header: clocks, signatures, signed headers.
 *
 * @module
 */

import type { Case } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import { afterwards, authorization, put, refusal } from '../../request/header-auth-case.ts'

const UNSENT = 'https://github.com/versity/versitygw/issues/457'

export const HEADER_SIGNATURE: readonly Case[] = [
  {
    title: 'accepts a PUT with a correct signature in its header',
    see: PAGES.headerAuth,
    request: put(),
    headers: { etag: '"5d41402abc4b2a76b9719d911017c592"' },
  },
  {
    title: 'accepts a clock that is 14 minutes slow',
    see: PAGES.commonHeaders,
    request: put({ secondsAgo: 840 }),
  },
  {
    title: 'accepts a clock that is 14 minutes fast',
    see: PAGES.commonHeaders,
    request: put({ secondsAgo: -840 }),
  },
  {
    title: 'accepts an unsigned payload',
    see: PAGES.headerAuth,
    request: put({ payloadHash: 'UNSIGNED-PAYLOAD' }),
  },
  {
    title: 'accepts header values with runs of spaces, which both sides collapse',
    see: PAGES.headerCanonical,
    request: put({ headers: { 'x-amz-meta-note': 'a   b' } }),
  },
  refusal(
    'refuses a clock that is 16 minutes slow',
    put({ secondsAgo: 960 }),
    '403 RequestTimeTooSkewed',
  ),
  refusal(
    'refuses a clock that is 16 minutes fast',
    put({ secondsAgo: -960 }),
    '403 RequestTimeTooSkewed',
  ),
  refusal(
    'refuses a signature with one character changed',
    authorization((header) => header.replace(/.$/, (last) => (last === '0' ? '1' : '0'))),
    '403 SignatureDoesNotMatch',
  ),
  refusal(
    'refuses a signature that is too short',
    authorization((header) => header.slice(0, -1)),
    '403 SignatureDoesNotMatch',
  ),
  refusal(
    'refuses a signature for another method',
    afterwards(() => ({ method: 'DELETE' })),
    '403 SignatureDoesNotMatch',
  ),
  refusal(
    'refuses a signature for another key',
    afterwards(({ path }) => ({ path: `${path}x` })),
    '403 SignatureDoesNotMatch',
  ),
  refusal(
    'refuses an unsigned query parameter',
    afterwards(({ path }) => ({ path: `${path}?tagging` })),
    '403 SignatureDoesNotMatch',
  ),
  refusal(
    'refuses a signed header with another value',
    afterwards(({ headers }) => ({ headers: { ...headers, 'x-amz-meta-owner': 'b' } }), {
      headers: { 'x-amz-meta-owner': 'a' },
    }),
    '403 SignatureDoesNotMatch',
  ),
  refusal(
    'refuses a signed content type with another value',
    afterwards(({ headers }) => ({ headers: { ...headers, 'content-type': 'text/html' } }), {
      headers: { 'content-type': 'text/plain' },
    }),
    '403 SignatureDoesNotMatch',
  ),
  refusal(
    'refuses an unsigned x-amz-* header',
    put({ unsignedHeaders: { 'x-amz-meta-owner': 'b' } }),
    '403 AccessDenied',
    PAGES.headerCanonical,
  ),
  refusal(
    'refuses a signature that does not cover the host',
    put({ signedHeaders: ['x-amz-content-sha256', 'x-amz-date'] }),
    '403 AccessDenied',
    PAGES.headerCanonical,
  ),
  refusal(
    'refuses a host other than the signed one',
    afterwards(({ headers }) => ({ headers: { ...headers, host: 'elsewhere.example' } })),
    '403 SignatureDoesNotMatch',
  ),
  {
    title: 'accepts a signature over a missing header, treating it as empty',
    see: UNSENT,
    request: put({
      headers: { expires: 'Thu, 01 Jan 1970 00:00:00 GMT' },
      signedHeaders: ['expires', 'host', 'transfer-encoding', 'x-amz-content-sha256', 'x-amz-date'],
    }),
  },
  refusal(
    'refuses a signature over a header whose value is missing',
    afterwards(({ headers: { 'content-type': _, ...headers } }) => ({ headers }), {
      headers: { 'content-type': 'text/plain' },
    }),
    '403 SignatureDoesNotMatch',
    UNSENT,
  ),
]
