/**
 * DeleteObject, DeleteObjects, and what S3 says to what it does not have.
 *
 * @module
 */

import { type Case, following, storedNothing } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import { get, keysAre } from '../../request/object-case.ts'
import { type System, textAt } from '../../system.ts'

const deleteMany = (body: string, headers?: Record<string, string>) => async (system: System) => {
  await system.put('a', '1')
  await system.put('b', '2')
  const { createHash } = await import('node:crypto')
  const md5 = createHash('md5').update(body).digest('base64')
  const given = headers ?? { 'content-md5': md5 }
  return system.signed({ method: 'POST', query: { delete: '' }, body, headers: given })
}

export const DELETE_OBJECT = following(PAGES.api('DeleteObjects'), [
  {
    title: 'deletes an object',
    see: PAGES.api('DeleteObject'),
    request: get({ method: 'DELETE' }),
    status: 204,
    body: '',
    effect: storedNothing,
  },
  {
    title: 'succeeds when deleting a missing object',
    see: PAGES.api('DeleteObject'),
    request: (system) => system.signed({ method: 'DELETE', key: 'nothing' }),
    status: 204,
  },
  {
    title: 'deletes many objects',
    request: deleteMany(
      '<Delete><Object><Key>a</Key></Object><Object><Key>nothing</Key></Object></Delete>',
    ),
    body: /<Deleted><Key>a<\/Key><\/Deleted><Deleted><Key>nothing</,
    effect: keysAre('b'),
  },
  {
    title: 'deletes many objects without listing them in quiet mode',
    request: deleteMany('<Delete><Quiet>true</Quiet><Object><Key>a</Key></Object></Delete>'),
    body: /<DeleteResult[^>]*\/>/,
    effect: keysAre('b'),
  },
  {
    title: 'reports a malformed version id in a list as NoSuchVersion',
    see: PAGES.seen('versioning'),
    request: deleteMany('<Delete><Object><Key>a</Key><VersionId>0</VersionId></Object></Delete>'),
    body: /<Error><Key>a<\/Key><VersionId>0<\/VersionId><Code>NoSuchVersion</,
  },
  {
    title: 'refuses a list without a digest',
    request: deleteMany('<Delete><Object><Key>a</Key></Object></Delete>', {}),
    status: '400 InvalidRequest',
    effect: keysAre('a', 'b'),
  },
  {
    title: 'refuses a list with a wrong digest',
    request: deleteMany('<Delete><Object><Key>a</Key></Object></Delete>', {
      'content-md5': '1B2M2Y8AsgTpgAmY7PhCfg==',
    }),
    status: '400 BadDigest',
    effect: keysAre('a', 'b'),
  },
  {
    title: 'refuses a list with a wrong checksum',
    request: deleteMany('<Delete><Object><Key>a</Key></Object></Delete>', {
      'x-amz-checksum-crc32': 'cfzW9g==',
    }),
    status: '400 BadDigest',
  },
  {
    title: 'refuses an empty list',
    request: deleteMany('<Delete></Delete>'),
    status: '400 MalformedXML',
  },
  {
    title: 'refuses a list of 1,001 objects',
    request: deleteMany(`<Delete>${'<Object><Key>a</Key></Object>'.repeat(1001)}</Delete>`),
    status: '400 MalformedXML',
    effect: keysAre('a', 'b'),
  },
  {
    title: 'refuses a list that is not XML',
    see: PAGES.errors,
    request: deleteMany('<Delete><Object>'),
    status: '400 MalformedXML',
  },
  {
    title: 'refuses a list with a document type',
    see: PAGES.errors,
    request: deleteMany(
      '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><Delete><Object><Key>&e;</Key></Object></Delete>',
    ),
    status: '400 MalformedXML',
  },
  {
    title: 'answers an unknown operation with 501',
    see: PAGES.errors,
    request: get({ query: { torrent: '' } }),
    status: '501 NotImplemented',
  },
  {
    title: 'answers an unknown sub-resource with 501 and stores nothing',
    see: PAGES.errors,
    request: (system) =>
      system.signed({ method: 'PUT', key: system.key, query: { renameObject: '' } }),
    status: '501 NotImplemented',
    effect: storedNothing,
  },
  ...[{ 'x-amz-rename-source': '/a' }, { 'x-amz-write-offset-bytes': '0' }].map(
    (headers): Case => ({
      title: `stores nothing with ${Object.keys(headers)}, which is only for directory buckets`,
      see: PAGES.seen('directory_bucket_features'),
      request: (system) => system.signed({ method: 'PUT', key: system.key, body: 'new', headers }),
      status: '501 NotImplemented',
      effect: storedNothing,
    }),
  ),
  {
    title: 'treats a session request, which is for directory buckets, as a list of objects',
    see: PAGES.seen('directory_bucket_features'),
    request: (system) =>
      system.signed({
        query: { session: '' },
        headers: { 'x-amz-create-session-mode': 'ReadWrite' },
      }),
    body: /<ListBucketResult/,
  },
  {
    title: 'refuses a method that S3 does not have',
    see: PAGES.errors,
    request: (system) => system.signed({ method: 'PATCH', key: 'a' }),
    status: '405 MethodNotAllowed',
  },
  {
    title: "names the invalid document's root element in an error",
    see: PAGES.errors,
    request: (system) => system.signed({ key: 'nothing' }),
    status: 404,
    headers: { 'content-type': 'application/xml' },
    effect: async (_, reply) => (textAt(reply, 'Code') === 'NoSuchKey' ? undefined : 'no Code'),
  },
])
