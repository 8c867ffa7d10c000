/**
 * Storage classes: what is asked for with an object is kept and told, wherever S3 tells it.
 *
 * @module
 */

import { type Case, storedNothing } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import { headed } from '../../request/encryption-case.ts'
import type { System } from '../../system.ts'

const CLASS = 'x-amz-storage-class'
const IA = { [CLASS]: 'STANDARD_IA' }
const GUIDE = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html'

const put = (headers: Record<string, string>) => (system: System) =>
  system.signed({ method: 'PUT', key: system.key, body: 'hello', headers })

/** Asks a question about the bucket where an object has a class. */
const told = (title: string, page: string, query: Record<string, string>): Case => ({
  title: `names the class of an object in ${title}`,
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
      title: `keeps the class ${name} and tells it`,
      see: PAGES.api('HeadObject'),
      request: put({ [CLASS]: name }),
      effect: headed({ [CLASS]: name }),
    }),
  ),
  {
    title: 'does not tell the class STANDARD in a header',
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
      title: `refuses the class ${name}, which buckets do not have`,
      see,
      request: put({ [CLASS]: name }),
      status: '400 InvalidStorageClass',
      body: new RegExp(`<StorageClassRequested>${name}<`),
      effect: storedNothing,
    }),
  ),
  {
    title: 'takes the class of a form',
    see: 'https://docs.aws.amazon.com/AmazonS3/latest/developerguide/RESTObjectPOST.html',
    request: (system) => system.form({ fields: IA, conditions: [IA] }),
    status: 204,
    effect: headed(IA),
  },
  {
    title: 'refuses a form whose class is another than the policy says',
    see: 'https://docs.aws.amazon.com/AmazonS3/latest/developerguide/sigv4-HTTPPOSTConstructPolicy.html',
    request: (system) => system.form({ fields: IA, conditions: [{ [CLASS]: 'GLACIER_IR' }] }),
    status: '403 AccessDenied',
    effect: storedNothing,
  },
  {
    title: 'gives an object of parts the class with which its upload began',
    see: PAGES.api('CreateMultipartUpload'),
    request: async (system) => {
      const uploadId = await system.createUpload(IA)
      return system.complete(uploadId, [[1, await system.uploadPart(uploadId, 1, 'hello')]])
    },
    effect: headed(IA),
  },
  {
    title: 'names the class of an upload with its parts',
    see: PAGES.api('ListParts'),
    request: async (system) => {
      const uploadId = await system.createUpload(IA)
      return system.signed({ key: system.key, query: { uploadId } })
    },
    body: /<StorageClass>STANDARD_IA</,
  },
  {
    title: 'gives a copy the class that is asked for, and not that of its source',
    see: PAGES.api('CopyObject'),
    request: copy({}, 'copy'),
    effect: headed({ [CLASS]: undefined }),
  },
  {
    title: 'copies an object to itself to change its class',
    see: PAGES.api('CopyObject'),
    request: copy({ [CLASS]: 'GLACIER_IR' }, 'itself'),
    effect: headed({ [CLASS]: 'GLACIER_IR' }),
  },
  told('a list', 'ListObjectsV2', { 'list-type': '2' }),
  told('a list of versions', 'ListObjectVersions', { versions: '' }),
]
