/**
 * PutObject: bytes, keys, headers, metadata, tags.
 *
 * @module
 */

import { type Case, following, stored, storedNothing } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import { keysAre, PUT } from '../../request/object-case.ts'
import type { System } from '../../system.ts'

const put =
  (headers: Record<string, string>, body: string | Uint8Array = 'hello') =>
  (system: System) =>
    system.signed({ method: 'PUT', key: system.key, body, headers })

/** The system's object has this header. */
const headerIs = (name: string, wanted: string | undefined) => async (system: System) => {
  const { headers } = await system.reply({ method: 'HEAD', key: system.key })
  return headers[name] === wanted ? undefined : `${name} is ${headers[name]}, expected ${wanted}`
}

const keeps = (what: string, name: string, value: string, see = PUT): Case => ({
  title: `keeps ${what}`,
  see,
  request: put({ [name]: value }),
  effect: headerIs(name, value),
})

const refused = (
  title: string,
  headers: Record<string, string>,
  status: Case['status'] & string,
  see: string,
): Case => ({
  title: `refuses ${title}`,
  see,
  request: put(headers),
  status,
  effect: storedNothing,
})

const REDIRECT = 'x-amz-website-redirect-location'

/** S3 reads headers as Latin-1, which mangles UTF-8. */
const METADATA: readonly (readonly [what: string, sent: string, wanted: string])[] = [
  ['as an encoded word if it was UTF-8, read as Latin-1', 'Miniö', '=?UTF-8?Q?Mini=C3=83=C2=B6?='],
  ['in Base64 if half of it is not ASCII', 'ÄÖ', '=?UTF-8?B?w4PChMODwpY=?='],
  ['decoded if it was an encoded word of ASCII', '=?UTF-8?B?YWJj?=', 'abc'],
  ['re-encoded if it was an encoded word', '=?utf-8?b?w4RfUz8=?=', '=?UTF-8?Q?=C3=84=5FS=3F?='],
  [
    'with replacement characters if its Base64 was invalid',
    '=?UTF-8?B?=GGG?=',
    '=?UTF-8?B?77+9Ye+/vQ==?=',
  ],
  [
    'without the space between encoded words',
    '=?UTF-8?Q?a_b?= and =?UTF-8?Q?c?= =?UTF-8?Q?d?=',
    'a b and cd',
  ],
  [
    'unchanged if it only looks like an encoded word',
    '=?none?Q?a?= =?UTF-8',
    '=?none?Q?a?= =?UTF-8',
  ],
]

export const PUT_OBJECT = following(PUT, [
  {
    title: 'stores bytes and returns their MD5 as ETag',
    request: put({}),
    headers: { etag: '"5d41402abc4b2a76b9719d911017c592"' },
    body: '',
    effect: stored('hello'),
  },
  {
    title: 'stores an empty object',
    request: put({}, ''),
    headers: { etag: '"d41d8cd98f00b204e9800998ecf8427e"' },
    effect: stored(''),
  },
  {
    title: 'replaces an object',
    request: async (system) => {
      await system.put(system.key, 'old')
      return put({})(system)
    },
    effect: stored('hello'),
  },
  {
    title: 'reports that it encrypts',
    request: put({}),
    headers: { 'x-amz-server-side-encryption': 'AES256' },
  },
  {
    title: 'uses AES256 when asked to',
    request: put({ 'x-amz-server-side-encryption': 'AES256' }),
  },
  {
    title: 'uses binary/octet-stream for an object without a content type',
    request: put({}),
    effect: headerIs('content-type', 'binary/octet-stream'),
  },
  keeps('the content type', 'content-type', 'video/mp4'),
  keeps('the cache control', 'cache-control', 'max-age=60'),
  keeps('the content disposition', 'content-disposition', 'inline'),
  keeps('the content encoding', 'content-encoding', 'gzip'),
  keeps('metadata', 'x-amz-meta-owner', 'me', PAGES.metadata),
  keeps('the redirect location', REDIRECT, '/other', PAGES.recorded('test_s3')),
  ...METADATA.map(
    ([what, sent, wanted]): Case => ({
      title: `returns metadata ${what}`,
      see: PAGES.recorded('test_s3'),
      request: put({ 'x-amz-meta-name': sent }),
      effect: headerIs('x-amz-meta-name', wanted),
    }),
  ),
  {
    title: 'returns the bytes of Content-Disposition unchanged',
    see: PAGES.recorded('test_s3'),
    request: put({ 'content-disposition': 'inline; filename="Zoë.pdf"' }),
    effect: headerIs('content-disposition', 'inline; filename="ZoÃ«.pdf"'),
  },
  {
    title: 'refuses a redirect location that is not a URL',
    see: 'https://github.com/scality/Arsenal/pull/212',
    request: put({ [REDIRECT]: 'other' }),
    status: '400 InvalidRedirectLocation',
    body: /The website redirect location must have a prefix of/,
    effect: storedNothing,
  },
  {
    title: 'accepts 2 KB of metadata',
    see: PAGES.metadata,
    request: put({ 'x-amz-meta-a': 'x'.repeat(2047) }),
  },
  refused(
    'more than 2 KB of metadata',
    { 'x-amz-meta-a': 'x'.repeat(2048) },
    '400 MetadataTooLarge',
    PAGES.metadata,
  ),
  {
    title: 'requires a Content-Length header',
    request: async (system) => {
      const raw = await put({})(system)
      return { ...raw, headers: { ...raw.headers, 'transfer-encoding': 'chunked' } }
    },
    status: '501 NotImplemented',
    effect: storedNothing,
  },
  {
    title: 'refuses a key of more than 1,024 bytes',
    see: PAGES.keys,
    request: (system) => system.signed({ method: 'PUT', key: 'ü'.repeat(513), body: 'x' }),
    status: '400 KeyTooLongError',
    effect: storedNothing,
  },
  {
    title: 'accepts a key of 1,024 bytes',
    see: PAGES.keys,
    request: (system) => system.signed({ method: 'PUT', key: 'ü'.repeat(512), body: 'x' }),
  },
  {
    title: 'distinguishes keys that a file system would not',
    see: PAGES.keys,
    request: async (system) => {
      await system.put('a', '1')
      await system.put('a/b', '2')
      await system.put('a/b/', '3')
      await system.put('A', '4')
      return system.signed({ key: 'a/b' })
    },
    body: '2',
    effect: keysAre('A', 'a', 'a/b', 'a/b/'),
  },
  {
    title: 'does not normalize paths',
    see: PAGES.keys,
    request: async (system) => {
      await system.put('a/../b', '1')
      await system.put('a//b', '2')
      return system.signed({ key: 'a//b' })
    },
    body: '2',
    effect: keysAre('a/../b', 'a//b'),
  },
  {
    title: 'treats a + in a path as a space',
    see: 'https://github.com/aws/aws-sdk-js/issues/1896',
    request: async (system) => {
      await system.put('a b', 'space')
      const raw = await system.signed({ key: 'a b' })
      return { ...raw, path: raw.path.replace('%20', '+') }
    },
    body: 'space',
  },
  {
    title: 'refuses a path that is not UTF-8',
    see: PAGES.errors,
    request: async (system) => ({
      ...(await system.signed({ key: 'x' })),
      path: `/${system.bucket}/%ff`,
    }),
    status: '400 InvalidURI',
  },
  refused(
    'a public ACL because ACLs are disabled',
    { 'x-amz-acl': 'public-read' },
    '400 AccessControlListNotSupported',
    PAGES.ownership,
  ),
  ...['200', 'something'].map(
    (expectation): Case => ({
      title: `ignores the expectation ${expectation}`,
      see: PAGES.cephOnAws,
      request: put({ expect: expectation }),
      effect: stored('hello'),
    }),
  ),
  {
    title: 'accepts the ACL bucket-owner-full-control',
    see: PAGES.ownership,
    request: put({ 'x-amz-acl': 'bucket-owner-full-control' }),
  },
  refused(
    'grants because ACLs are disabled',
    { 'x-amz-grant-read': `id="${'0'.repeat(64)}"` },
    '400 AccessControlListNotSupported',
    PAGES.ownership,
  ),
  refused(
    "another account's bucket",
    { 'x-amz-expected-bucket-owner': '999999999999' },
    '403 AccessDenied',
    PAGES.commonHeaders,
  ),
  {
    title: 'refuses a missing bucket',
    see: PAGES.errors,
    request: (system) => system.signed({ method: 'PUT', path: `/${system.absent}/key`, body: 'x' }),
    status: '404 NoSuchBucket',
  },
  {
    title: 'stores tags sent with the object',
    see: PAGES.tagging,
    request: put({ 'x-amz-tagging': 'a=1&b=2' }),
    effect: headerIs('x-amz-tagging-count', '2'),
  },
  refused(
    'eleven tags',
    { 'x-amz-tagging': Array.from({ length: 11 }, (_, i) => `k${i}=v`).join('&') },
    '400 BadRequest',
    PAGES.tagging,
  ),
  refused(
    'a repeated tag',
    { 'x-amz-tagging': 'a=1&a=2' },
    '400 InvalidArgument',
    'https://github.com/versity/versitygw/issues/1215',
  ),
  refused(
    'a tag key of 129 characters',
    { 'x-amz-tagging': `${'k'.repeat(129)}=v` },
    '400 InvalidTag',
    PAGES.tagging,
  ),
])
