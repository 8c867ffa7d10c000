/**
 * The `aws-chunked` encoding: chunks, signed or not, and trailing checksums.
 *
 * @module
 */

import { crc32 } from 'node:zlib'
import { type Case, headed } from '../../case.ts'
import { broken, streamed } from '../../request/chunked-case.ts'
import { SUMS } from '../../request/hello-checksums.ts'

/** All chunks but the last have at least 8 KiB. */
const CHUNKS = ['h'.repeat(8192), 'lo']
const HELLO = ['hello']
const TRAILER = { 'x-amz-checksum-crc32': SUMS.crc32 }
const CHUNKS_TRAILER = {
  'x-amz-checksum-crc32': Buffer.from(
    crc32(CHUNKS.join('')).toString(16).padStart(8, '0'),
    'hex',
  ).toString('base64'),
}
const SMALL = 'https://github.com/versity/versitygw/issues/1683'
const ENCODING = 'https://github.com/versity/versitygw/issues/1666'

export const CHUNKED: readonly Case[] = [
  streamed('accepts signed chunks', { chunks: CHUNKS, signed: true }),
  streamed('accepts one signed chunk', { chunks: ['hello'], signed: true }),
  streamed('accepts an empty object in signed chunks', { chunks: [], signed: true }),
  streamed('accepts signed chunks with a trailing checksum', {
    chunks: CHUNKS,
    signed: true,
    trailer: CHUNKS_TRAILER,
  }),
  streamed(
    'accepts unsigned chunks with a trailing checksum',
    { chunks: CHUNKS, signed: false, trailer: CHUNKS_TRAILER },
    { headers: CHUNKS_TRAILER },
  ),
  streamed('accepts an empty object in unsigned chunks', {
    chunks: [],
    signed: false,
    trailer: { 'x-amz-checksum-crc32': 'AAAAAA==' },
  }),
  streamed('accepts a trailing SHA-256', {
    chunks: HELLO,
    signed: false,
    trailer: { 'x-amz-checksum-sha256': SUMS.sha256 },
  }),
  streamed(
    'keeps aws-chunked out of the content encoding',
    { chunks: CHUNKS, signed: true },
    {
      effect: headed({ 'content-encoding': undefined }),
    },
  ),
  broken(
    'refuses a signed chunk with other bytes',
    { chunks: CHUNKS, signed: true, tamper: (body) => body.replace('hh\r', 'hj\r') },
    '403 SignatureDoesNotMatch',
  ),
  broken(
    'refuses a signed last chunk with other bytes',
    { chunks: CHUNKS, signed: true, tamper: (body) => body.replace('lo\r', 'la\r') },
    '403 SignatureDoesNotMatch',
  ),
  broken(
    'refuses signed chunks in another order',
    {
      chunks: ['a'.repeat(8192), 'b'.repeat(8192)],
      signed: true,
      tamper: (body) => {
        const [a = '', b = '', ...rest] = body.split(/(?=2000;)/)
        return [b, a, ...rest].join('')
      },
    },
    '403 SignatureDoesNotMatch',
  ),
  broken(
    'refuses signed chunks without the last one',
    { chunks: CHUNKS, signed: true, tamper: (body) => body.slice(0, body.indexOf('\r\n0;') + 2) },
    '400 IncompleteBody',
  ),
  broken(
    'refuses signed chunks if one is missing',
    {
      chunks: ['a'.repeat(8192), 'b'.repeat(8192)],
      signed: true,
      decodedLength: '16384',
      tamper: (body) => body.slice(body.indexOf('\r\n2000;') + 2),
    },
    '403 SignatureDoesNotMatch',
  ),
  broken(
    'refuses an unsigned chunk among signed ones',
    { chunks: CHUNKS, signed: true, tamper: (body) => body.replace(/;chunk-signature=\w+/, '') },
    '400 IncompleteBody',
  ),
  broken(
    'refuses a chunk size that is not a number',
    { chunks: HELLO, signed: false, trailer: TRAILER, tamper: (body) => body.replace(/^5/, 'z') },
    '400 IncompleteBody',
  ),
  broken(
    'refuses fewer bytes than announced',
    { chunks: HELLO, signed: false, trailer: TRAILER, decodedLength: '6' },
    '400 IncompleteBody',
  ),
  broken(
    'refuses more bytes than announced',
    { chunks: HELLO, signed: false, trailer: TRAILER, decodedLength: '4' },
    '400 IncompleteBody',
  ),
  broken(
    'refuses a wrong trailing checksum',
    { chunks: ['jello'], signed: false, trailer: TRAILER },
    '400 BadDigest',
  ),
  broken(
    'refuses a changed trailer',
    {
      chunks: HELLO,
      signed: true,
      trailer: TRAILER,
      tamper: (body) => body.replace(SUMS.crc32, 'AAAAAA=='),
    },
    '403 SignatureDoesNotMatch',
  ),
  broken(
    'refuses a missing announced trailer',
    { chunks: HELLO, signed: false, trailer: {}, announced: 'x-amz-checksum-crc32' },
    '400 MalformedTrailerError',
  ),
  ...['x-amz-meta-a', 'content-type', 'x-amz-checksum-type', 'x-amz-checksum-adler32'].map((name) =>
    broken(
      `refuses ${name} as a trailer`,
      { chunks: HELLO, signed: false, trailer: { [name]: 'b' } },
      '400 InvalidRequest',
    ),
  ),
  broken(
    'refuses a trailer that was not announced',
    { chunks: HELLO, signed: false, trailer: TRAILER, announced: 'x-amz-checksum-sha256' },
    '400 MalformedTrailerError',
  ),
  {
    ...broken(
      'refuses a chunk of less than 8 KiB before another',
      { chunks: ['hel', 'lo'], signed: true },
      '403 InvalidChunkSizeError',
    ),
    see: SMALL,
    body: /<Chunk>2<\/Chunk><BadChunkSize>3<\/BadChunkSize>/,
  },
  {
    ...broken(
      'refuses an unsigned chunk of less than 8 KiB before another',
      { chunks: ['hel', 'lo'], signed: false, trailer: TRAILER },
      '403 InvalidChunkSizeError',
    ),
    see: 'https://github.com/versity/versitygw/issues/2085',
  },
  ...[true, false].flatMap((signed) =>
    [
      ['a byte', 'x'],
      ['another body', '5\r\nhello\r\n0\r\n\r\n'],
    ].map(
      ([what, more]): Case => ({
        ...broken(
          `refuses ${what} after the end of ${signed ? 'signed' : 'unsigned'} chunks`,
          { chunks: HELLO, signed, trailer: TRAILER, tamper: (body) => body + more },
          '400 IncompleteBody',
        ),
        see: ENCODING,
      }),
    ),
  ),
  {
    ...broken(
      'refuses chunks that end without a line feed',
      {
        chunks: HELLO,
        signed: false,
        trailer: TRAILER,
        tamper: (body) => body.replace(/\n$/, 'X'),
      },
      '400 IncompleteBody',
    ),
    see: 'https://github.com/versity/versitygw/issues/1660',
  },
]
