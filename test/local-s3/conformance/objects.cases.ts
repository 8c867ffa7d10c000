/**
 * PutObject, GetObject, HeadObject, DeleteObject, DeleteObjects.
 *
 * @module
 */

import { type Case, stored, storedNothing } from './case.ts'
import { PAGES } from './pages.ts'
import type { SignOptions } from './signing.ts'
import { type Ask, textAt, type World } from './world.ts'

const PUT = PAGES.api('PutObject')
const GET = PAGES.api('GetObject')

const put =
  (headers: Record<string, string>, body: string | Uint8Array = 'hello') =>
  (world: World) =>
    world.signed({ method: 'PUT', key: world.key, body, headers })

/** Asks about an object of ten bytes. */
const get =
  (ask: Ask<SignOptions> = {}, headers: Record<string, string> = {}) =>
  async (world: World) => {
    await world.put(world.key, '0123456789', headers)
    return world.signed({ key: world.key, ...ask })
  }

const range = (value: string) => get({ headers: { range: value } })

const deleteMany = (body: string, headers?: Record<string, string>) => async (world: World) => {
  await world.put('a', '1')
  await world.put('b', '2')
  const { createHash } = await import('node:crypto')
  const md5 = createHash('md5').update(body).digest('base64')
  const given = headers ?? { 'content-md5': md5 }
  return world.signed({ method: 'POST', query: { delete: '' }, body, headers: given })
}

const keysAre =
  (...wanted: string[]) =>
  async (world: World) => {
    const keys = await world.keys()
    return keys.join() === wanted.join() ? undefined : `keys are ${keys.join()}`
  }

/** The world's object has this header. */
const headerIs = (name: string, wanted: string | undefined) => async (world: World) => {
  const { headers } = await world.send(await world.signed({ method: 'HEAD', key: world.key }))
  return headers[name] === wanted ? undefined : `${name} is ${headers[name]}, expected ${wanted}`
}

export const OBJECTS: readonly Case[] = [
  {
    title: 'stores bytes and gives their MD5 as ETag',
    see: PUT,
    request: put({}),
    status: 200,
    headers: { etag: '"5d41402abc4b2a76b9719d911017c592"' },
    body: '',
    effect: stored('hello'),
  },
  {
    title: 'stores an empty object',
    see: PUT,
    request: put({}, ''),
    status: 200,
    headers: { etag: '"d41d8cd98f00b204e9800998ecf8427e"' },
    effect: stored(''),
  },
  {
    title: 'replaces an object',
    see: PUT,
    request: async (world) => {
      await world.put(world.key, 'old')
      return put({})(world)
    },
    status: 200,
    effect: stored('hello'),
  },
  {
    title: 'says that it encrypts',
    see: PUT,
    request: put({}),
    status: 200,
    headers: { 'x-amz-server-side-encryption': 'AES256' },
  },
  {
    title: 'takes AES256 when asked for it',
    see: PUT,
    request: put({ 'x-amz-server-side-encryption': 'AES256' }),
    status: 200,
  },
  {
    title: 'gives an object without a content type binary/octet-stream',
    see: PUT,
    request: put({}),
    status: 200,
    effect: headerIs('content-type', 'binary/octet-stream'),
  },
  {
    title: 'keeps the content type',
    see: PUT,
    request: put({ 'content-type': 'video/mp4' }),
    status: 200,
    effect: headerIs('content-type', 'video/mp4'),
  },
  {
    title: 'keeps the cache control',
    see: PUT,
    request: put({ 'cache-control': 'max-age=60' }),
    status: 200,
    effect: headerIs('cache-control', 'max-age=60'),
  },
  {
    title: 'keeps the content disposition',
    see: PUT,
    request: put({ 'content-disposition': 'inline' }),
    status: 200,
    effect: headerIs('content-disposition', 'inline'),
  },
  {
    title: 'keeps the content encoding',
    see: PUT,
    request: put({ 'content-encoding': 'gzip' }),
    status: 200,
    effect: headerIs('content-encoding', 'gzip'),
  },
  {
    title: 'keeps metadata',
    see: PAGES.metadata,
    request: put({ 'x-amz-meta-owner': 'me' }),
    status: 200,
    effect: headerIs('x-amz-meta-owner', 'me'),
  },
  {
    title: 'gives metadata beyond ASCII back as an encoded word',
    see: PAGES.metadata,
    request: put({ 'x-amz-meta-name': 'Zoë' }),
    status: 200,
    effect: headerIs('x-amz-meta-name', '=?UTF-8?B?Wm/Dqw==?='),
  },
  {
    title: 'takes 2 KB of metadata',
    see: PAGES.metadata,
    request: put({ 'x-amz-meta-a': 'x'.repeat(2047) }),
    status: 200,
  },
  {
    title: 'refuses more than 2 KB of metadata',
    see: PAGES.metadata,
    request: put({ 'x-amz-meta-a': 'x'.repeat(2048) }),
    status: 400,
    code: 'MetadataTooLarge',
    effect: storedNothing,
  },
  {
    title: 'takes the length from the header only',
    see: PUT,
    request: async (world) => {
      const raw = await put({})(world)
      return { ...raw, headers: { ...raw.headers, 'transfer-encoding': 'chunked' } }
    },
    status: 501,
    code: 'NotImplemented',
    effect: storedNothing,
  },
  {
    title: 'refuses a key of more than 1,024 bytes',
    see: PAGES.keys,
    request: (world) => world.signed({ method: 'PUT', key: 'ü'.repeat(513), body: 'x' }),
    status: 400,
    code: 'KeyTooLongError',
    effect: storedNothing,
  },
  {
    title: 'takes a key of 1,024 bytes',
    see: PAGES.keys,
    request: (world) => world.signed({ method: 'PUT', key: 'ü'.repeat(512), body: 'x' }),
    status: 200,
  },
  {
    title: 'keeps keys apart that a file system would not',
    see: PAGES.keys,
    request: async (world) => {
      await world.put('a', '1')
      await world.put('a/b', '2')
      await world.put('a/b/', '3')
      await world.put('A', '4')
      return world.signed({ key: 'a/b' })
    },
    status: 200,
    body: '2',
    effect: keysAre('A', 'a', 'a/b', 'a/b/'),
  },
  {
    title: 'normalises no path',
    see: PAGES.keys,
    request: async (world) => {
      await world.put('a/../b', '1')
      await world.put('a//b', '2')
      return world.signed({ key: 'a//b' })
    },
    status: 200,
    body: '2',
    effect: keysAre('a/../b', 'a//b'),
  },
  {
    title: 'takes a + in a path for a space',
    see: 'https://github.com/aws/aws-sdk-js/issues/1896',
    request: async (world) => {
      await world.put('a b', 'space')
      const raw = await world.signed({ key: 'a b' })
      return { ...raw, path: raw.path.replace('%20', '+') }
    },
    status: 200,
    body: 'space',
  },
  {
    title: 'refuses a path that is no UTF-8',
    see: PAGES.errors,
    request: async (world) => ({
      ...(await world.signed({ key: 'x' })),
      path: `/${world.bucket}/%ff`,
    }),
    status: 400,
    code: 'InvalidURI',
  },
  {
    title: 'refuses a public ACL, since ACLs are off',
    see: PAGES.ownership,
    request: put({ 'x-amz-acl': 'public-read' }),
    status: 400,
    code: 'AccessControlListNotSupported',
    effect: storedNothing,
  },
  {
    title: 'takes the ACL bucket-owner-full-control',
    see: PAGES.ownership,
    request: put({ 'x-amz-acl': 'bucket-owner-full-control' }),
    status: 200,
  },
  {
    title: 'refuses grants, since ACLs are off',
    see: PAGES.ownership,
    request: put({ 'x-amz-grant-read': 'id="x"' }),
    status: 400,
    code: 'AccessControlListNotSupported',
    effect: storedNothing,
  },
  {
    title: 'refuses a bucket that another account owns',
    see: PAGES.commonHeaders,
    request: put({ 'x-amz-expected-bucket-owner': '999999999999' }),
    status: 403,
    code: 'AccessDenied',
    effect: storedNothing,
  },
  {
    title: 'refuses a bucket that is not there',
    see: PAGES.errors,
    request: (world) =>
      world.signed({ method: 'PUT', path: '/no-such-bucket-at-all/key', body: 'x' }),
    status: 404,
    code: 'NoSuchBucket',
  },
  {
    title: 'keeps tags that come with the object',
    see: PAGES.tagging,
    request: put({ 'x-amz-tagging': 'a=1&b=2' }),
    status: 200,
    effect: headerIs('x-amz-tagging-count', '2'),
  },
  {
    title: 'refuses eleven tags',
    see: PAGES.tagging,
    request: put({ 'x-amz-tagging': Array.from({ length: 11 }, (_, i) => `k${i}=v`).join('&') }),
    status: 400,
    code: 'BadRequest',
    effect: storedNothing,
  },
  {
    title: 'refuses a tag twice',
    see: PAGES.tagging,
    request: put({ 'x-amz-tagging': 'a=1&a=2' }),
    status: 400,
    code: 'InvalidTag',
    effect: storedNothing,
  },
  {
    title: 'refuses a tag key of 129 characters',
    see: PAGES.tagging,
    request: put({ 'x-amz-tagging': `${'k'.repeat(129)}=v` }),
    status: 400,
    code: 'InvalidTag',
    effect: storedNothing,
  },

  {
    title: 'gives an object back',
    see: GET,
    request: get({}, { 'content-type': 'text/plain' }),
    status: 200,
    body: '0123456789',
    headers: {
      'content-length': '10',
      'content-type': 'text/plain',
      'accept-ranges': 'bytes',
      'last-modified': /GMT$/,
      etag: '"781e5e245d69b566979b86e28d23f2c7"',
    },
  },
  {
    title: 'gives the first bytes',
    see: GET,
    request: range('bytes=0-3'),
    status: 206,
    body: '0123',
    headers: { 'content-range': 'bytes 0-3/10', 'content-length': '4' },
  },
  {
    title: 'gives bytes from the middle',
    see: GET,
    request: range('bytes=4-5'),
    status: 206,
    body: '45',
    headers: { 'content-range': 'bytes 4-5/10' },
  },
  {
    title: 'gives bytes to the end',
    see: GET,
    request: range('bytes=7-'),
    status: 206,
    body: '789',
    headers: { 'content-range': 'bytes 7-9/10' },
  },
  {
    title: 'gives the last bytes',
    see: GET,
    request: range('bytes=-2'),
    status: 206,
    body: '89',
    headers: { 'content-range': 'bytes 8-9/10' },
  },
  {
    title: 'gives what there is of a range that ends behind the object',
    see: GET,
    request: range('bytes=8-99'),
    status: 206,
    body: '89',
    headers: { 'content-range': 'bytes 8-9/10' },
  },
  {
    title: 'gives everything for a suffix longer than the object',
    see: GET,
    request: range('bytes=-99'),
    status: 206,
    body: '0123456789',
  },
  {
    title: 'refuses a range behind the object',
    see: PAGES.errors,
    request: range('bytes=10-'),
    status: 416,
    code: 'InvalidRange',
    body: /<ActualObjectSize>10</,
  },
  {
    title: 'refuses a suffix of no bytes',
    see: PAGES.errors,
    request: range('bytes=-0'),
    status: 416,
    code: 'InvalidRange',
  },
  {
    title: 'ignores several ranges',
    see: GET,
    request: range('bytes=0-1,4-5'),
    status: 200,
    body: '0123456789',
  },
  {
    title: 'ignores a range that ends before it begins',
    see: GET,
    request: range('bytes=5-2'),
    status: 200,
    body: '0123456789',
  },
  {
    title: 'ignores a unit that it does not know',
    see: GET,
    request: range('lines=0-1'),
    status: 200,
    body: '0123456789',
  },
  {
    title: 'knows no key that is not there',
    see: PAGES.errors,
    request: (world) => world.signed({ key: 'nothing' }),
    status: 404,
    code: 'NoSuchKey',
    body: /<Key>nothing</,
  },
  {
    title: 'rewrites a response header of a signed request',
    see: GET,
    request: get({ query: { 'response-content-type': 'a/b' } }),
    status: 200,
    headers: { 'content-type': 'a/b' },
  },
  {
    title: 'refuses a response header that would end the header',
    see: GET,
    request: get({ query: { 'response-content-type': 'a/b\r\nx: y' } }),
    status: 400,
    code: 'InvalidArgument',
  },
  {
    title: 'gives the checksum where it is asked for',
    see: PAGES.integrity,
    request: get({ headers: { 'x-amz-checksum-mode': 'ENABLED' } }),
    status: 200,
    headers: { 'x-amz-checksum-crc64nvme': /^.{11}=$/, 'x-amz-checksum-type': 'FULL_OBJECT' },
  },
  {
    title: 'gives no checksum where it is not asked for',
    see: PAGES.integrity,
    request: get(),
    status: 200,
    headers: { 'x-amz-checksum-crc64nvme': undefined },
  },
  {
    title: 'gives part 1 of an object that has no parts',
    see: GET,
    request: get({ query: { partNumber: '1' } }),
    status: 206,
    body: '0123456789',
  },
  {
    title: 'refuses part 2 of an object that has no parts',
    see: GET,
    request: get({ query: { partNumber: '2' } }),
    status: 416,
    code: 'InvalidPartNumber',
  },
  {
    title: 'answers HEAD as GET, without the body',
    see: PAGES.api('HeadObject'),
    request: get({ method: 'HEAD' }),
    status: 200,
    body: '',
    headers: { 'content-length': '10', etag: '"781e5e245d69b566979b86e28d23f2c7"' },
  },
  {
    title: 'answers HEAD with a range',
    see: PAGES.api('HeadObject'),
    request: get({ method: 'HEAD', headers: { range: 'bytes=0-3' } }),
    status: 206,
    body: '',
    headers: { 'content-length': '4', 'content-range': 'bytes 0-3/10' },
  },
  {
    title: 'answers HEAD of nothing without a body',
    see: PAGES.api('HeadObject'),
    request: (world) => world.signed({ method: 'HEAD', key: 'nothing' }),
    status: 404,
    body: '',
  },
  {
    title: 'answers HEAD of nothing without a reason to somebody who signed wrongly',
    see: PAGES.api('HeadObject'),
    request: async (world) => ({ ...(await world.signed({ key: 'a' })), method: 'HEAD' }),
    status: 403,
    body: '',
  },

  {
    title: 'deletes an object',
    see: PAGES.api('DeleteObject'),
    request: get({ method: 'DELETE' }),
    status: 204,
    body: '',
    effect: storedNothing,
  },
  {
    title: 'deletes what is not there',
    see: PAGES.api('DeleteObject'),
    request: (world) => world.signed({ method: 'DELETE', key: 'nothing' }),
    status: 204,
  },
  {
    title: 'deletes many',
    see: PAGES.api('DeleteObjects'),
    request: deleteMany(
      '<Delete><Object><Key>a</Key></Object><Object><Key>nothing</Key></Object></Delete>',
    ),
    status: 200,
    body: /<Deleted><Key>a<\/Key><\/Deleted><Deleted><Key>nothing</,
    effect: keysAre('b'),
  },
  {
    title: 'deletes many without saying which',
    see: PAGES.api('DeleteObjects'),
    request: deleteMany('<Delete><Quiet>true</Quiet><Object><Key>a</Key></Object></Delete>'),
    status: 200,
    body: /<DeleteResult[^>]*\/>/,
    effect: keysAre('b'),
  },
  {
    title: 'refuses a list without a digest',
    see: PAGES.api('DeleteObjects'),
    request: deleteMany('<Delete><Object><Key>a</Key></Object></Delete>', {}),
    status: 400,
    code: 'InvalidRequest',
    effect: keysAre('a', 'b'),
  },
  {
    title: 'refuses a list with a wrong digest',
    see: PAGES.api('DeleteObjects'),
    request: deleteMany('<Delete><Object><Key>a</Key></Object></Delete>', {
      'content-md5': '1B2M2Y8AsgTpgAmY7PhCfg==',
    }),
    status: 400,
    code: 'BadDigest',
    effect: keysAre('a', 'b'),
  },
  {
    title: 'takes a list with a checksum',
    see: PAGES.api('DeleteObjects'),
    request: deleteMany('<Delete><Object><Key>a</Key></Object></Delete>', {
      'x-amz-checksum-crc32': 'cfzW9g==',
    }),
    status: 400,
    code: 'BadDigest',
  },
  {
    title: 'refuses a list of nothing',
    see: PAGES.api('DeleteObjects'),
    request: deleteMany('<Delete></Delete>'),
    status: 400,
    code: 'MalformedXML',
  },
  {
    title: 'refuses a list of 1,001',
    see: PAGES.api('DeleteObjects'),
    request: deleteMany(`<Delete>${'<Object><Key>a</Key></Object>'.repeat(1001)}</Delete>`),
    status: 400,
    code: 'MalformedXML',
    effect: keysAre('a', 'b'),
  },
  {
    title: 'refuses a list that is no XML',
    see: PAGES.errors,
    request: deleteMany('<Delete><Object>'),
    status: 400,
    code: 'MalformedXML',
  },
  {
    title: 'refuses a list with a document type',
    see: PAGES.errors,
    request: deleteMany(
      '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><Delete><Object><Key>&e;</Key></Object></Delete>',
    ),
    status: 400,
    code: 'MalformedXML',
  },

  {
    title: 'answers an operation that it does not have with 501',
    see: PAGES.errors,
    request: get({ query: { torrent: '' } }),
    status: 501,
    code: 'NotImplemented',
  },
  {
    title: 'answers a sub-resource that it does not have with 501 and stores nothing',
    see: PAGES.errors,
    request: (world) =>
      world.signed({
        method: 'PUT',
        key: world.key,
        query: { retention: '' },
        body: '<Retention/>',
      }),
    status: 501,
    code: 'NotImplemented',
    effect: storedNothing,
  },
  {
    title: 'refuses a method that S3 does not have',
    see: PAGES.errors,
    request: (world) => world.signed({ method: 'PATCH', key: 'a' }),
    status: 405,
    code: 'MethodNotAllowed',
  },
  {
    title: 'names the document of an error by its element',
    see: PAGES.errors,
    request: (world) => world.signed({ key: 'nothing' }),
    status: 404,
    headers: { 'content-type': 'application/xml' },
    effect: async (_, reply) => (textAt(reply, 'Code') === 'NoSuchKey' ? undefined : 'no Code'),
  },
]
