/**
 * AbortMultipartUpload, ListParts, ListMultipartUploads.
 *
 * @module
 */

import { childrenOf, textOf } from 'waybill-s3/internal/xml'
import { type Case, following } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import { all, completing, PART } from '../../request/multipart-case.ts'
import { type System, textAt } from '../../system.ts'

const RECORDED = PAGES.recorded('test_s3_list_operations')

/** @returns The ids, in the order of `keys`. */
async function createUploads(system: System, keys: readonly string[]): Promise<string[]> {
  const ids: string[] = []
  for (const key of keys) ids.push(await system.createUpload({}, key))
  return ids
}

const uploads =
  (keys: readonly string[], query: Record<string, string> = {}) =>
  async (system: System) => {
    await createUploads(system, keys)
    return system.signed({ query: { uploads: '', ...query } })
  }

const FOLDER = ['a/1', 'a/2', 'b']

export const LIST_UPLOADS = following(RECORDED, [
  {
    title: 'aborts an upload',
    see: PAGES.api('AbortMultipartUpload'),
    request: completing((system, { uploadId }) =>
      system.signed({ method: 'DELETE', key: system.key, query: { uploadId } }),
    ),
    status: 204,
    effect: async (system) => {
      const reply = await system.expectReply(200, { query: { uploads: '' } })
      return reply.body.includes('<Upload>') ? 'the upload is still there' : undefined
    },
  },
  {
    title: 'cannot abort a missing upload',
    see: PAGES.errors,
    request: (system) =>
      system.signed({ method: 'DELETE', key: system.key, query: { uploadId: 'nothing' } }),
    status: '404 NoSuchUpload',
  },
  {
    title: 'answers a repeated abort like the first',
    see: PAGES.seen('multipart'),
    request: completing(async (system, { uploadId }) => {
      const abort = { method: 'DELETE', key: system.key, query: { uploadId } }
      await system.expectReply(204, abort)
      return system.signed(abort)
    }),
    status: 204,
  },
  {
    title: 'refuses a part for an aborted upload',
    see: PAGES.api('AbortMultipartUpload'),
    request: completing(async (system, { uploadId }) => {
      await system.expectReply(204, { method: 'DELETE', key: system.key, query: { uploadId } })
      return system.signed({
        method: 'PUT',
        key: system.key,
        query: { uploadId, partNumber: '1' },
        body: 'x',
      })
    }),
    status: '404 NoSuchUpload',
  },
  {
    title: 'lists parts',
    see: PAGES.api('ListParts'),
    request: completing((system, { uploadId }) =>
      system.signed({ key: system.key, query: { uploadId } }),
    ),
    body: /<IsTruncated>false<\/IsTruncated><Part><PartNumber>1<\/PartNumber>.*<Size>5242880<\/Size><\/Part><Part><PartNumber>2<.*<Size>4<.*<Initiator><ID>[^<]+<\/ID><DisplayName>[^<]+<\/DisplayName><\/Initiator><Owner><ID>[^<]+<\/ID><\/Owner>/,
    effect: async (_, reply) =>
      reply.body.includes('<ChecksumCRC64NVME>')
        ? 'shows a checksum that was not declared'
        : undefined,
  },
  {
    title: 'lists parts in pages',
    see: PAGES.api('ListParts'),
    request: completing((system, { uploadId }) =>
      system.signed({ key: system.key, query: { uploadId, 'max-parts': '1' } }),
    ),
    body: /<NextPartNumberMarker>1<\/NextPartNumberMarker><MaxParts>1<\/MaxParts><IsTruncated>true</,
  },
  {
    title: 'lists parts after a marker',
    see: PAGES.api('ListParts'),
    request: completing((system, { uploadId }) =>
      system.signed({ key: system.key, query: { uploadId, 'part-number-marker': '1' } }),
    ),
    effect: async (_, reply) => {
      const numbers = (reply.xml ? childrenOf(reply.xml, 'Part') : []).map((each) =>
        textOf(each, 'PartNumber'),
      )
      return numbers.join() === '2' ? undefined : `parts are ${numbers.join()}`
    },
  },
  {
    title: "lists the parts' declared checksums",
    see: PAGES.api('ListParts'),
    request: completing(
      (system, { uploadId }) => system.signed({ key: system.key, query: { uploadId } }),
      { 'x-amz-checksum-algorithm': 'CRC64NVME' },
    ),
    body: /<ChecksumCRC64NVME>/,
  },
  {
    title: "cannot list a missing upload's parts",
    see: PAGES.errors,
    request: (system) => system.signed({ key: system.key, query: { uploadId: 'nothing' } }),
    status: '404 NoSuchUpload',
  },
  {
    title: 'lists uploads by key and age',
    see: PAGES.api('ListMultipartUploads'),
    request: async (system) => {
      for (const key of ['b', 'a/2', 'a/1']) await system.createUpload({}, key)
      return system.signed({ query: { uploads: '' } })
    },
    body: /<Key>a\/1<.*<Key>a\/2<.*<Key>b</,
  },
  {
    title: 'groups uploads at a delimiter',
    see: PAGES.api('ListMultipartUploads'),
    request: async (system) => {
      for (const key of ['b', 'a/2', 'a/1']) await system.createUpload({}, key)
      return system.signed({ query: { uploads: '', delimiter: '/' } })
    },
    body: /<Key>b<.*<CommonPrefixes><Prefix>a\/</,
  },
  {
    title: 'lists uploads in pages',
    see: PAGES.api('ListMultipartUploads'),
    request: async (system) => {
      for (const key of ['b', 'a']) await system.createUpload({}, key)
      const page = await system.expectReply(200, { query: { uploads: '', 'max-uploads': '1' } })
      const markers = {
        'key-marker': textAt(page, 'NextKeyMarker') ?? '',
        'upload-id-marker': textAt(page, 'NextUploadIdMarker') ?? '',
      }
      return system.signed({ query: { uploads: '', ...markers } })
    },
    body: /<IsTruncated>false<.*<Key>b</,
  },
  {
    title: 'returns empty markers and no Prefix if there are no uploads',
    request: uploads([]),
    body: /<UploadIdMarker\/><NextKeyMarker\/><NextUploadIdMarker\/><MaxUploads>/,
  },
  {
    title: 'returns the last upload as a marker even if no page follows',
    request: uploads(FOLDER),
    body: /<NextKeyMarker>b<\/NextKeyMarker><NextUploadIdMarker>[^<]+<.*<IsTruncated>false</,
  },
  {
    title: 'returns empty next markers if a page has only a common prefix',
    request: uploads(FOLDER, { delimiter: '/', 'max-uploads': '1' }),
    body: /<NextKeyMarker\/><NextUploadIdMarker\/>.*<IsTruncated>true<.*<Prefix>a\/</,
  },
  ...['a/', 'a/1'].map(
    (marker): Case => ({
      title: `continues after the common prefix of the key marker ${marker}`,
      see: RECORDED,
      request: uploads(FOLDER, { delimiter: '/', 'key-marker': marker }),
      body: /<IsTruncated>false<\/IsTruncated><Upload><Key>b</,
    }),
  ),
  {
    title: 'ignores an upload id marker without a key marker',
    request: async (system) => {
      const [id = ''] = await createUploads(system, ['a', 'b'])
      return system.signed({ query: { uploads: '', 'upload-id-marker': id } })
    },
    body: /<UploadIdMarker\/>.*<Key>a</,
  },
  {
    title: 'continues after an upload that has since been aborted',
    request: async (system) => {
      const [first = '', second = ''] = await createUploads(system, ['a', 'a', 'a'])
      for (const uploadId of [first, second]) {
        await system.expectReply(204, { method: 'DELETE', key: 'a', query: { uploadId } })
      }
      return system.signed({
        query: { uploads: '', 'key-marker': 'a', 'upload-id-marker': second },
      })
    },
    effect: async (_, reply) =>
      reply.xml && childrenOf(reply.xml, 'Upload').length === 1
        ? undefined
        : 'does not list the upload that is left',
  },
  {
    title: 'refuses an upload id marker for another key',
    request: async (system) => {
      const [, id = ''] = await createUploads(system, ['a', 'b'])
      const query = { uploads: '', 'key-marker': 'a', 'upload-id-marker': id }
      return system.signed({ query })
    },
    status: '400 InvalidArgument',
    body: /<Message>Invalid uploadId marker<.*<ArgumentName>upload-id-marker</,
  },
  {
    title: 'reports that a late presigned part made an upload lose its object',
    see: PART,
    request: completing(async (system, parts) => {
      await system.expect(200, await system.complete(parts.uploadId, all(parts)))
      return system.presigned({
        method: 'PUT',
        key: system.key,
        query: { uploadId: parts.uploadId, partNumber: '1' },
        body: 'late',
      })
    }),
    status: '404 NoSuchUpload',
  },
])
