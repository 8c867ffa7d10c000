/**
 * GetObject and HeadObject.
 *
 * @module
 */

import { type Case, following } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import { get } from '../../request/object-case.ts'

const GET = PAGES.api('GetObject')

const range = (value: string) => get({ headers: { range: value } })

const part = (what: string, value: string, body: string, sent: string): Case => ({
  title: `returns ${what}`,
  see: GET,
  request: range(value),
  status: 206,
  body,
  headers: { 'content-range': `bytes ${sent}/10`, 'content-length': String(body.length) },
})

const ignored = (what: string, value: string): Case => ({
  title: `ignores ${what}`,
  see: GET,
  request: range(value),
  body: '0123456789',
})

export const GET_OBJECT = following(GET, [
  {
    title: 'returns an object',
    request: get({}, { 'content-type': 'text/plain' }),
    body: '0123456789',
    headers: {
      'content-length': '10',
      'content-type': 'text/plain',
      'accept-ranges': 'bytes',
      'last-modified': /GMT$/,
      etag: '"781e5e245d69b566979b86e28d23f2c7"',
    },
  },
  part('the first bytes', 'bytes=0-3', '0123', '0-3'),
  part('bytes from the middle', 'bytes=4-5', '45', '4-5'),
  part('bytes to the end', 'bytes=7-', '789', '7-9'),
  part('the last bytes', 'bytes=-2', '89', '8-9'),
  part('the available part of a range that exceeds the object', 'bytes=8-99', '89', '8-9'),
  part('the whole object for a suffix longer than it', 'bytes=-99', '0123456789', '0-9'),
  {
    title: 'returns the checksum with a range of all bytes',
    see: PAGES.recorded('test_s3_api'),
    request: get({ headers: { range: 'bytes=0-', 'x-amz-checksum-mode': 'ENABLED' } }),
    status: 206,
    headers: { 'x-amz-checksum-type': 'FULL_OBJECT' },
  },
  {
    title: 'refuses a range after the end of the object',
    see: PAGES.errors,
    request: range('bytes=10-'),
    status: '416 InvalidRange',
    body: /<ActualObjectSize>10</,
  },
  {
    title: 'refuses a suffix of no bytes',
    see: PAGES.errors,
    request: range('bytes=-0'),
    status: '416 InvalidRange',
  },
  ignored('several ranges', 'bytes=0-1,4-5'),
  ignored('a range that ends before it begins', 'bytes=5-2'),
  ignored('an unknown unit', 'lines=0-1'),
  {
    title: 'reports a missing key',
    see: PAGES.errors,
    request: (system) => system.signed({ key: 'nothing' }),
    status: '404 NoSuchKey',
    body: /<Key>nothing</,
  },
  {
    title: 'overrides a response header for a signed request',
    request: get({ query: { 'response-content-type': 'a/b' } }),
    headers: { 'content-type': 'a/b' },
  },
  {
    title: 'refuses a response header with a line break',
    request: get({ query: { 'response-content-type': 'a/b\r\nx: y' } }),
    status: '400 InvalidArgument',
  },
  {
    title: 'returns the checksum when asked to',
    see: PAGES.integrity,
    request: get({ headers: { 'x-amz-checksum-mode': 'ENABLED' } }),
    headers: { 'x-amz-checksum-crc64nvme': /^.{11}=$/, 'x-amz-checksum-type': 'FULL_OBJECT' },
  },
  {
    title: 'returns no checksum by default',
    see: PAGES.integrity,
    request: get(),
    headers: { 'x-amz-checksum-crc64nvme': undefined },
  },
  {
    title: 'returns an object without parts as part 1',
    request: get({ query: { partNumber: '1' } }),
    status: 206,
    body: '0123456789',
  },
  {
    title: 'returns the checksum with part 1 of an object without parts',
    see: PAGES.recorded('test_s3'),
    request: get({ query: { partNumber: '1' }, headers: { 'x-amz-checksum-mode': 'ENABLED' } }),
    status: 206,
    headers: { 'x-amz-checksum-crc64nvme': /^.{11}=$/, 'x-amz-checksum-type': 'FULL_OBJECT' },
  },
  {
    title: 'mentions no delete marker if there is none',
    see: PAGES.api('HeadObject'),
    request: async (system) => {
      await system.put(system.key, 'x')
      await system.expectReply(204, { method: 'DELETE', key: system.key })
      return system.signed({ method: 'HEAD', key: system.key })
    },
    status: 404,
    headers: { 'x-amz-delete-marker': undefined },
  },
  {
    title: 'refuses part 2 of an object without parts',
    request: get({ query: { partNumber: '2' } }),
    status: '416 InvalidPartNumber',
  },
  {
    title: 'answers HEAD like GET, without the body',
    see: PAGES.api('HeadObject'),
    request: get({ method: 'HEAD' }),
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
    title: 'answers HEAD for a missing object without a body',
    see: PAGES.api('HeadObject'),
    request: (system) => system.signed({ method: 'HEAD', key: 'nothing' }),
    status: 404,
    body: '',
  },
  {
    title: "gives no reason when a HEAD request's signature is wrong",
    see: PAGES.api('HeadObject'),
    request: async (system) => ({ ...(await system.signed({ key: 'a' })), method: 'HEAD' }),
    status: 403,
    body: '',
  },
])
