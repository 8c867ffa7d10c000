/**
 * Checksums of single uploads.
 *
 * @module
 */

import { createHash } from 'node:crypto'
import { type Case, storedNothing } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import { chunked } from '../../request/aws-chunked-request.ts'
import { SUMS } from '../../request/hello-checksums.ts'
import type { System } from '../../system.ts'

const MD5 = createHash('md5').update('hello').digest('base64')

const literal = (text: string) => text.replaceAll('+', '\\+')

const put =
  (headers: Record<string, string>, body = 'hello') =>
  (system: System) =>
    system.signed({ method: 'PUT', key: system.key, body, headers })

const refusal = (
  title: string,
  headers: Record<string, string>,
  code: string,
  body = 'hello',
): Case => ({
  title,
  see: PAGES.integrity,
  request: put(headers, body),
  status: `400 ${code}`,
  effect: storedNothing,
})

const kept = Object.entries(SUMS).map(
  ([name, value]): Case => ({
    title: `accepts and stores a correct ${name}`,
    see: PAGES.integrity,
    request: put({ [`x-amz-checksum-${name}`]: value }),
    headers: { [`x-amz-checksum-${name}`]: value, 'x-amz-checksum-type': 'FULL_OBJECT' },
    effect: async (system) => {
      const headers = { 'x-amz-checksum-mode': 'ENABLED' }
      const reply = await system.reply({ method: 'HEAD', key: system.key, headers })
      const actual = reply.headers[`x-amz-checksum-${name}`]
      return actual === value ? undefined : `HEAD gives ${actual}`
    },
  }),
)

const refused = Object.entries(SUMS).map(([name, value]) =>
  refusal(
    `refuses the ${name} of other bytes`,
    { [`x-amz-checksum-${name}`]: value },
    'BadDigest',
    'jello',
  ),
)

const malformed = Object.keys(SUMS).map((name) =>
  refusal(
    `refuses the ${name} if its length is wrong`,
    { [`x-amz-checksum-${name}`]: 'AAAA' },
    'InvalidRequest',
  ),
)

export const CHECKSUMS: readonly Case[] = [
  ...kept,
  ...refused,
  ...malformed,
  {
    title: 'computes CRC64NVME by default',
    see: PAGES.integrity,
    request: put({}),
    headers: { 'x-amz-checksum-crc64nvme': SUMS.crc64nvme },
  },
  {
    title: 'accepts a correct Content-MD5',
    see: PAGES.integrity,
    request: put({ 'content-md5': MD5 }),
  },
  {
    ...refusal(
      'refuses the Content-MD5 of other bytes',
      { 'content-md5': MD5 },
      'BadDigest',
      'jello',
    ),
    see: PAGES.recorded('test_s3'),
    body: new RegExp(
      `<ExpectedDigest>${Buffer.from(MD5, 'base64').toString('hex')}</ExpectedDigest><CalculatedDigest>[^<]{22}==<`,
    ),
  },
  refusal('refuses an invalid Content-MD5', { 'content-md5': 'abc' }, 'InvalidDigest'),
  refusal(
    'refuses two checksums',
    { 'x-amz-checksum-crc32': SUMS.crc32, 'x-amz-checksum-sha1': SUMS.sha1 },
    'InvalidRequest',
  ),
  refusal(
    'refuses an algorithm other than the declared one',
    { 'x-amz-sdk-checksum-algorithm': 'SHA256', 'x-amz-checksum-crc32': SUMS.crc32 },
    'InvalidRequest',
  ),
  refusal(
    'refuses a declared algorithm without a checksum',
    { 'x-amz-sdk-checksum-algorithm': 'SHA256' },
    'InvalidRequest',
  ),
  refusal(
    'refuses an unknown declared algorithm',
    { 'x-amz-sdk-checksum-algorithm': 'CRC16', 'x-amz-checksum-crc32': SUMS.crc32 },
    'InvalidRequest',
  ),
  {
    ...refusal(
      'reports a missing checksum before an unknown declared algorithm',
      { 'x-amz-sdk-checksum-algorithm': 'CRC16' },
      'InvalidRequest',
    ),
    see: PAGES.seen('checksums'),
    body: /specified, but no corresponding x-amz-checksum-\* or x-amz-trailer headers were found/,
  },
  {
    ...refusal(
      'refuses a checksum given twice',
      { 'x-amz-checksum-crc32': `${SUMS.crc32}, AAAAAA==` },
      'InvalidArgument',
    ),
    see: PAGES.seen('checksums'),
    body: /Only one value may be specified\.<.*<ArgumentName>x-amz-checksum-crc32<.*<ArgumentValue>AAAAAA==</,
  },
  ...['COMPOSITE', 'BOGUS'].map(
    (type): Case => ({
      title: `ignores a PUT's x-amz-checksum-type header, even ${type}`,
      see: PAGES.seen('checksums'),
      request: put({ 'x-amz-checksum-type': type, 'x-amz-checksum-crc32': SUMS.crc32 }),
      headers: { 'x-amz-checksum-crc32': SUMS.crc32, 'x-amz-checksum-type': 'FULL_OBJECT' },
    }),
  ),
  {
    title: "ignores a PUT's x-amz-checksum-algorithm header",
    see: 'https://github.com/versity/versitygw/issues/1356',
    request: (system) =>
      system.signed({
        method: 'PUT',
        key: system.key,
        body: 'hello',
        headers: { 'x-amz-checksum-algorithm': 'CRC32', 'x-amz-checksum-sha256': SUMS.sha256 },
      }),
  },
  {
    ...refusal(
      'refuses a checksum with an unknown algorithm',
      { 'x-amz-checksum-sha256a': SUMS.sha256 },
      'InvalidRequest',
    ),
    see: 'https://github.com/versity/versitygw/issues/1104',
  },
  ...Object.entries(SUMS).flatMap(([name, value]): Case[] => [
    {
      title: `accepts a correct ${name} in a trailer`,
      see: PAGES.trailers,
      request: chunked({
        chunks: ['hello'],
        signed: false,
        trailer: { [`x-amz-checksum-${name}`]: value },
      }),
      headers: { [`x-amz-checksum-${name}`]: value },
    },
    {
      title: `accepts a form with a correct ${name}`,
      see: PAGES.postObject,
      request: (system) =>
        system.form({
          fields: {
            'x-amz-checksum-algorithm': name.toUpperCase(),
            [`x-amz-checksum-${name}`]: value,
          },
        }),
      status: 204,
      headers: { [`x-amz-checksum-${name}`]: value },
    },
    {
      title: `computes a copy's ${name}`,
      see: PAGES.api('CopyObject'),
      request: async (system) => {
        await system.put('source', 'hello')
        const source = { 'x-amz-copy-source': `${system.bucket}/source` }
        const headers = { ...source, 'x-amz-checksum-algorithm': name.toUpperCase() }
        return system.signed({ method: 'PUT', key: system.key, headers })
      },
      body: new RegExp(`<Checksum${name.toUpperCase()}>${literal(value)}<`),
    },
    {
      title: `includes the ${name} in the attributes`,
      see: PAGES.api('GetObjectAttributes'),
      request: async (system) => {
        await system.put(system.key, 'hello', { [`x-amz-checksum-${name}`]: value })
        const headers = { 'x-amz-object-attributes': 'Checksum' }
        return system.signed({ key: system.key, query: { attributes: '' }, headers })
      },
      body: new RegExp(
        `<Checksum><Checksum${name.toUpperCase()}>${literal(value)}</Checksum${name.toUpperCase()}><ChecksumType>FULL_OBJECT<`,
      ),
    },
  ]),
]
