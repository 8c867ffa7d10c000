/**
 * Storage classes: what is asked for with an object is kept and told, wherever S3 tells it.
 *
 * @module
 */

import { type Case, headed, storedNothing } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import type { System } from '../../system.ts'

const CLASS = 'x-amz-storage-class'
const IA = { [CLASS]: 'STANDARD_IA' }
const GUIDE = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html'

const put = (headers: Record<string, string>) => (system: System) =>
  system.signed({ method: 'PUT', key: system.key, body: 'hello', headers })

/** Asks a question about the bucket where an object has a class. */
const told = (title: string, page: string, query: Record<string, string>): Case => ({
  title: `returns an object's class in ${title}`,
  see: PAGES.api(page),
  request: async (system) => {
    await system.put(system.key, 'hello', IA)
    return system.signed({ query })
  },
  body: /<StorageClass>STANDARD_IA</,
})

const copy = (headers: Record<string, string>, to: 'itself' | 'copy') => async (system: System) => {
  const source = to === 'itself' ? system.key : 'source'
  await system.put(source, 'hello', IA)
  const address = `${system.bucket}/${encodeURIComponent(source)}`
  const asked = { 'x-amz-copy-source': address, ...headers }
  return system.signed({ method: 'PUT', key: system.key, headers: asked })
}

export const STORAGE_CLASS: readonly Case[] = [
  ...['STANDARD_IA', 'ONEZONE_IA', 'INTELLIGENT_TIERING', 'GLACIER_IR'].map(
    (name): Case => ({
      title: `stores the class ${name} and returns it`,
      see: PAGES.api('HeadObject'),
      request: put({ [CLASS]: name }),
      effect: headed({ [CLASS]: name }),
    }),
  ),
  {
    title: 'does not return the class STANDARD in a header',
    see: PAGES.api('HeadObject'),
    request: put({ [CLASS]: 'STANDARD' }),
    effect: headed({ [CLASS]: undefined }),
  },
  ...(
    [
      ['COLD', GUIDE],
      ['OUTPOSTS', PAGES.recorded('test_s3')],
    ] as const
  ).map(
    ([name, see]): Case => ({
      title: `refuses the class ${name}, which is not for buckets`,
      see,
      request: put({ [CLASS]: name }),
      status: '400 InvalidStorageClass',
      body: new RegExp(`<StorageClassRequested>${name}<`),
      effect: storedNothing,
    }),
  ),
  {
    title: 'stores the class from a form',
    see: 'https://docs.aws.amazon.com/AmazonS3/latest/developerguide/RESTObjectPOST.html',
    request: (system) => system.form({ fields: IA, conditions: [IA] }),
    status: 204,
    effect: headed(IA),
  },
  {
    title: "refuses a form whose class differs from the policy's",
    see: 'https://docs.aws.amazon.com/AmazonS3/latest/developerguide/sigv4-HTTPPOSTConstructPolicy.html',
    request: (system) => system.form({ fields: IA, conditions: [{ [CLASS]: 'GLACIER_IR' }] }),
    status: '403 AccessDenied',
    effect: storedNothing,
  },
  {
    title: 'stores a multipart object in the class its upload declared',
    see: PAGES.api('CreateMultipartUpload'),
    request: async (system) => {
      const uploadId = await system.createUpload(IA)
      return system.complete(uploadId, [[1, await system.uploadPart(uploadId, 1, 'hello')]])
    },
    effect: headed(IA),
  },
  {
    title: "returns an upload's class with its parts",
    see: PAGES.api('ListParts'),
    request: async (system) => {
      const uploadId = await system.createUpload(IA)
      return system.signed({ key: system.key, query: { uploadId } })
    },
    body: /<StorageClass>STANDARD_IA</,
  },
  {
    title: "stores a copy in the requested class rather than its source's",
    see: PAGES.api('CopyObject'),
    request: copy({}, 'copy'),
    effect: headed({ [CLASS]: undefined }),
  },
  {
    title: 'copies an object onto itself to change its class',
    see: PAGES.api('CopyObject'),
    request: copy({ [CLASS]: 'GLACIER_IR' }, 'itself'),
    effect: headed({ [CLASS]: 'GLACIER_IR' }),
  },
  told('a list', 'ListObjectsV2', { 'list-type': '2' }),
  told('a list of versions', 'ListObjectVersions', { versions: '' }),
]
