/**
 * What somebody else has seen AWS do with `aws-chunked` bodies.
 *
 * @module
 */

import { type Case, headed } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import { broken, streamed } from '../../request/chunked-case.ts'
import { SUMS } from '../../request/hello-checksums.ts'

const SEEN = PAGES.seen('chunked')
const HELLO = ['hello']
const TRAILER = { 'x-amz-checksum-crc32': SUMS.crc32 }

export const CHUNKED_SEEN: readonly Case[] = [
  ...(
    [
      ['gzip, aws-chunked, br', 'gzip, br'],
      ['gzip,aws-chunked', 'gzip'],
      ['aws-chunked,gzip', 'gzip'],
      ['gzip,aws-chunked,br', 'gzip,br'],
      ['gzip', 'gzip'],
    ] as const
  ).map(
    ([encoding, left]): Case => ({
      ...streamed(`keeps ${left} from the content encoding ${encoding}`, {
        chunks: HELLO,
        signed: true,
        encoding,
      }),
      see: SEEN,
      effect: headed({ 'content-encoding': left }),
    }),
  ),
  ...(
    [
      [
        'refuses an invalid line among the trailers',
        { tamper: (body: string) => body.replace(/x-amz-checksum-crc32:.*/, 'no-colon-here') },
        'IncompleteBody',
      ],
      ['refuses unannounced trailers', { announced: '' }, 'MalformedTrailerError'],
    ] as const
  ).map(
    ([title, more, code]): Case => ({
      ...broken(title, { chunks: HELLO, signed: false, trailer: TRAILER, ...more }, `400 ${code}`),
      see: SEEN,
    }),
  ),
  {
    ...broken(
      'refuses trailers after chunks declared without any',
      {
        chunks: HELLO,
        signed: true,
        tamper: (body) => body.replace(/\r\n$/, 'x-amz-checksum-crc32:AAAA\r\n\r\n'),
      },
      '400 IncompleteBody',
    ),
    see: SEEN,
  },
  {
    ...broken(
      'refuses signed trailers without their signature',
      {
        chunks: HELLO,
        signed: true,
        trailer: TRAILER,
        tamper: (body) => body.replace(/x-amz-trailer-signature:.*\r\n/, ''),
      },
      '400 IncompleteBody',
    ),
    see: SEEN,
  },
  {
    ...broken(
      'refuses a checksum both in a header and in a trailer',
      {
        chunks: HELLO,
        signed: false,
        trailer: TRAILER,
        headers: { 'x-amz-checksum-sha256': SUMS.sha256 },
      },
      '400 InvalidRequest',
    ),
    body: /<Message>Expecting a single x-amz-checksum- header</,
    see: SEEN,
  },
  {
    ...broken(
      "reports which chunk's signature does not match",
      { chunks: HELLO, signed: true, tamper: (body) => body.replace('hello', 'jello') },
      '403 SignatureDoesNotMatch',
    ),
    body: /<AWSAccessKeyId>.*<StringToSign>.*<SignatureProvided>\w{64}<\/SignatureProvided><StringToSignBytes>.*<CanonicalRequest>.*<CanonicalRequestBytes>/s,
    see: SEEN,
  },
  {
    ...broken(
      'refuses an unknown kind of chunks',
      { chunks: HELLO, signed: false },
      '400 InvalidArgument',
    ),
    body: /<ArgumentName>x-amz-content-sha256<\/ArgumentName><ArgumentValue>STREAMING-UNSIGNED-PAYLOAD</,
    see: SEEN,
  },
]
