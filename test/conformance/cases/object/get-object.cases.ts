/**
 * GetObject and HeadObject.
 *
 * @module
 */

import { following } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import { get } from '../../request/object-case.ts'

const GET = PAGES.api('GetObject')

const range = (value: string) => get({ headers: { range: value } })

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
  {
    title: 'returns the first bytes',
    request: range('bytes=0-3'),
    status: 206,
    body: '0123',
    headers: { 'content-range': 'bytes 0-3/10', 'content-length': '4' },
  },
  {
    title: 'returns bytes from the middle',
    request: range('bytes=4-5'),
    status: 206,
    body: '45',
    headers: { 'content-range': 'bytes 4-5/10' },
  },
  {
    title: 'returns bytes to the end',
    request: range('bytes=7-'),
    status: 206,
    body: '789',
    headers: { 'content-range': 'bytes 7-9/10' },
  },
  {
    title: 'returns the last bytes',
    request: range('bytes=-2'),
    status: 206,
    body: '89',
    headers: { 'content-range': 'bytes 8-9/10' },
  },
  {
    title: 'returns the available part of a range that exceeds the object',
    request: range('bytes=8-99'),
    status: 206,
    body: '89',
    headers: { 'content-range': 'bytes 8-9/10' },
  },
  {
    title: 'returns the whole object for a suffix longer than it',
    request: range('bytes=-99'),
    status: 206,
    body: '0123456789',
  },
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
  { title: 'ignores several ranges', request: range('bytes=0-1,4-5'), body: '0123456789' },
  {
    title: 'ignores a range that ends before it begins',
    request: range('bytes=5-2'),
    body: '0123456789',
  },
  {
    title: 'ignores an unknown unit',
    request: range('lines=0-1'),
    body: '0123456789',
  },
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
      await system.expect(204, await system.signed({ method: 'DELETE', key: system.key }))
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
