/**
 * CopyObject and UploadPartCopy.
 *
 * @module
 */

import { createHash } from 'node:crypto'
import { type Case, following, type Status, stored } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import { type System, textAt } from '../../system.ts'

const COPY = PAGES.api('CopyObject')

/** Copies the object `source of copy`. */
const copy =
  (headers: Record<string, string> = {}, source = 'source of copy') =>
  async (system: System) => {
    await system.put('source of copy', 'hello', {
      'content-type': 'a/b',
      'x-amz-meta-a': '1',
      'x-amz-tagging': 't=1',
    })
    const from = { 'x-amz-copy-source': encodeURI(`/${system.bucket}/${source}`) }
    return system.signed({ method: 'PUT', key: system.key, headers: { ...from, ...headers } })
  }

const headIs = (wanted: string) => async (system: System) => {
  const { headers } = await system.reply({ method: 'HEAD', key: system.key })
  const actual = [
    headers['content-type'],
    headers['x-amz-meta-a'],
    headers['x-amz-meta-b'],
    headers['x-amz-tagging-count'],
  ].join()
  return actual === wanted ? undefined : `head is ${actual}, expected ${wanted}`
}

const REDIRECT = 'x-amz-website-redirect-location'

const redirects = (title: string, headers: Record<string, string>, wanted?: string): Case => ({
  title,
  see: COPY,
  request: async (system) => {
    await system.put(system.key, 'hello', { [REDIRECT]: '/old' })
    const source = { 'x-amz-copy-source': `${system.bucket}/${encodeURIComponent(system.key)}` }
    return system.signed({ method: 'PUT', key: system.key, headers: { ...source, ...headers } })
  },
  effect: async (system) => {
    const head = await system.reply({ method: 'HEAD', key: system.key })
    const actual = head.headers[REDIRECT]
    return actual === wanted ? undefined : `${REDIRECT} is ${actual}, expected ${wanted}`
  },
})

const refusal = (
  title: string,
  headers: Record<string, string>,
  status: Status,
  source?: string,
): Case => ({ title, see: COPY, request: copy(headers, source), status })

const partCopy = (range?: string) => async (system: System) => {
  await system.put('source', '0123456789')
  const uploadId = await system.createUpload()
  const headers = {
    'x-amz-copy-source': `${system.bucket}/source`,
    ...(range ? { 'x-amz-copy-source-range': range } : {}),
  }
  return system.signed({
    method: 'PUT',
    key: system.key,
    query: { uploadId, partNumber: '1' },
    headers,
  })
}

export const COPIES = following(COPY, [
  redirects('treats a redirect location as a change to the object', { [REDIRECT]: '/old' }, '/old'),
  redirects('does not copy the redirect location', { 'x-amz-metadata-directive': 'REPLACE' }),
  {
    title: 'copies an object with its metadata and tags',
    request: copy(),
    body: /<CopyObjectResult.*<LastModified>.*<ETag>.*<ChecksumCRC64NVME>/,
    effect: async (system) => (await stored('hello')(system)) ?? headIs('a/b,1,,1')(system),
  },
  {
    title: 'accepts a URL as the source',
    see: 'https://github.com/localstack/localstack/blob/HEAD/tests/aws/services/s3/test_s3.py',
    request: async (system) => {
      await system.put('source', 'hello')
      const headers = { 'x-amz-copy-source': `${system.target.endpoint}/${system.bucket}/source` }
      return system.signed({ method: 'PUT', key: system.key, headers })
    },
    effect: stored('hello'),
  },
  {
    title: "replaces a copy's metadata",
    request: copy({
      'x-amz-metadata-directive': 'REPLACE',
      'content-type': 'c/d',
      'x-amz-meta-b': '2',
    }),
    effect: headIs('c/d,,2,1'),
  },
  {
    title: "replaces a copy's tags",
    request: copy({ 'x-amz-tagging-directive': 'REPLACE', 'x-amz-tagging': 'a=1&b=2' }),
    effect: headIs('a/b,1,,2'),
  },
  {
    title: "computes a copy's requested checksum",
    request: copy({ 'x-amz-checksum-algorithm': 'SHA256' }),
    body: /<ChecksumSHA256>LPJNul\+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=</,
  },
  {
    title: 'copies an object onto itself with other metadata',
    request: async (system) => {
      await system.put(system.key, 'hello')
      return system.signed({
        method: 'PUT',
        key: system.key,
        headers: {
          'x-amz-copy-source': `${system.bucket}/${encodeURIComponent(system.key)}`.replace(
            '+',
            '%2B',
          ),
          'x-amz-metadata-directive': 'REPLACE',
          'x-amz-meta-b': '2',
        },
      })
    },
    effect: stored('hello'),
  },
  ...['STANDARD', 'STANDARD_IA'].map(
    (storageClass): Case => ({
      title: `refuses to copy an object of class ${storageClass} onto itself unchanged`,
      see: PAGES.recorded('test_s3'),
      request: async (system) => {
        await system.put('self', 'hello', { 'x-amz-storage-class': storageClass })
        return system.signed({
          method: 'PUT',
          key: 'self',
          headers: { 'x-amz-copy-source': `${system.bucket}/self` },
        })
      },
      status: '400 InvalidRequest',
    }),
  ),
  refusal('cannot copy a missing object', {}, '404 NoSuchKey', 'nothing'),
  {
    ...refusal('cannot copy from a missing bucket', {}, '404 NoSuchBucket'),
    request: (system) => copy({ 'x-amz-copy-source': `${system.absent}/key` })(system),
  },
  refusal(
    'refuses a source without a key',
    { 'x-amz-copy-source': 'bucket' },
    '400 InvalidArgument',
  ),
  refusal(
    'refuses an unknown directive',
    { 'x-amz-metadata-directive': 'MERGE' },
    '400 InvalidArgument',
  ),
  {
    ...refusal(
      'refuses to copy an object with another ETag',
      { 'x-amz-copy-source-if-match': '"x"' },
      '412 PreconditionFailed',
    ),
    see: PAGES.recorded('test_s3_preconditions'),
    body: /<Condition>x-amz-copy-source-If-Match</,
  },
  refusal(
    'refuses to copy an object with the excluded ETag',
    { 'x-amz-copy-source-if-none-match': '"5d41402abc4b2a76b9719d911017c592"' },
    '412 PreconditionFailed',
  ),
  {
    title: 'refuses to copy an object that has not changed since',
    request: async (system) => {
      const raw = await copy()(system)
      const head = await system.signed({ method: 'HEAD', key: 'source of copy' })
      const modified = (await system.expect(200, head)).headers['last-modified'] ?? ''
      const headers = {
        'x-amz-copy-source': raw.headers['x-amz-copy-source'] ?? '',
        'x-amz-copy-source-if-modified-since': modified,
      }
      return system.signed({ method: 'PUT', key: system.key, headers })
    },
    status: '412 PreconditionFailed',
  },
  {
    title: 'ignores a date in the future when copying',
    see: PAGES.seen('conditional'),
    request: copy({ 'x-amz-copy-source-if-modified-since': 'Thu, 01 Jan 2999 00:00:00 GMT' }),
  },
  {
    title: 'copies an object with the requested ETag',
    request: copy({ 'x-amz-copy-source-if-match': '"5d41402abc4b2a76b9719d911017c592"' }),
  },
  {
    title: 'copies a whole object into a part',
    see: PAGES.api('UploadPartCopy'),
    request: partCopy(),
    body: /<CopyPartResult.*781e5e245d69b566979b86e28d23f2c7/,
  },
  {
    title: 'returns no checksum of a copied part if the upload declared none',
    see: PAGES.recorded('test_s3_api'),
    request: partCopy(),
    body: /<CopyPartResult(?!.*Checksum)/,
  },
  {
    title: 'refuses to copy a range that begins after the end of the object',
    see: PAGES.recorded('test_s3_api'),
    request: partCopy('bytes=20-30'),
    status: '400 InvalidRequest',
  },
  {
    title: 'copies a range into a part',
    see: PAGES.api('UploadPartCopy'),
    request: partCopy('bytes=2-5'),
    effect: async (_, reply) => {
      const wanted = `"${createHash('md5').update('2345').digest('hex')}"`
      return textAt(reply, 'ETag') === wanted ? undefined : 'the ETag is another'
    },
  },
  {
    title: 'refuses to copy a range after the end of the object',
    see: PAGES.api('UploadPartCopy'),
    request: partCopy('bytes=2-10'),
    status: '400 InvalidArgument',
  },
  {
    title: 'refuses to copy a range without an end',
    see: PAGES.api('UploadPartCopy'),
    request: partCopy('bytes=2-'),
    status: '400 InvalidArgument',
  },
])
