/**
 * What S3 says of an upload that has been completed already.
 *
 * @module
 */

import type { Case } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import { all, completing, FIVE_MIB, type Parts } from '../../request/multipart-case.ts'
import type { RawRequest } from '../../request/raw-request.ts'
import { versioning } from '../../request/version-case.ts'
import type { World } from '../../system.ts'

const AGAIN = 'https://github.com/adobe/S3Mock/issues/2586'

/** Asks once an upload has been completed. */
const completed = (ask: (world: World, parts: Parts) => Promise<RawRequest>) =>
  completing(async (world, parts) => {
    await world.expect(200, await world.complete(parts.uploadId, all(parts)))
    return ask(world, parts)
  })

const gone = (title: string, see: string, request: Case['request']): Case => ({
  title,
  see,
  request,
  status: 404,
  code: 'NoSuchUpload',
})

export const COMPLETE_AGAIN: readonly Case[] = [
  {
    title: 'answers the completion of a completed upload again',
    see: AGAIN,
    request: completed((world, parts) => world.complete(parts.uploadId, all(parts))),
    status: 200,
    body: /<ETag>[^<]*-2[^<]*<\/ETag>/,
    effect: async (world) =>
      (await world.read())?.length === FIVE_MIB.length + 4 ? undefined : 'the object is another',
  },
  {
    title: 'answers it again under a condition that only the first could meet',
    see: 'https://github.com/getmoto/moto/pull/9209',
    request: completed((world, parts) =>
      world.complete(parts.uploadId, all(parts), { 'if-none-match': '*' }),
    ),
    status: 200,
  },
  {
    title: 'makes no second version of it',
    see: AGAIN,
    request: async (world) => {
      await versioning(world, 'Enabled')
      return completed((_, parts) => world.complete(parts.uploadId, all(parts)))(world)
    },
    status: 200,
    effect: async (world, { headers }) => {
      const reply = await world.expect(200, await world.signed({ query: { versions: '' } }))
      const ids = [...reply.body.toString().matchAll(/<VersionId>([^<]+)</g)].map(([, id]) => id)
      return ids.join() === headers['x-amz-version-id'] ? undefined : `versions are ${ids}`
    },
  },
  gone(
    'does not complete it with another list',
    PAGES.errors,
    completed((world, { uploadId, etags }) => world.complete(uploadId, [[2, etags[1]]])),
  ),
  gone(
    'does not complete it when its object has been replaced',
    PAGES.errors,
    completed(async (world, parts) => {
      await world.put(world.key, 'another')
      return world.complete(parts.uploadId, all(parts))
    }),
  ),
  {
    title: 'repeats it without the checksum',
    see: PAGES.seen('multipart'),
    request: completed((world, parts) => world.complete(parts.uploadId, all(parts))),
    status: 200,
    body: /<\/ETag><\/CompleteMultipartUploadResult>$/,
  },
  {
    title: 'answers its abortion as done, and leaves the object',
    see: PAGES.seen('multipart'),
    request: completed((world, { uploadId }) =>
      world.signed({ method: 'DELETE', key: world.key, query: { uploadId } }),
    ),
    status: 204,
    effect: async (world) =>
      (await world.read())?.length === FIVE_MIB.length + 4 ? undefined : 'the object is gone',
  },
  gone(
    'does not abort it as an upload of another key',
    PAGES.seen('multipart'),
    completed((world, { uploadId }) =>
      world.signed({ method: 'DELETE', key: 'another', query: { uploadId } }),
    ),
  ),
  gone(
    'lists no parts of it',
    PAGES.api('ListParts'),
    completed((world, { uploadId }) => world.signed({ key: world.key, query: { uploadId } })),
  ),
]
