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
import type { System } from '../../system.ts'

const AGAIN = 'https://github.com/adobe/S3Mock/issues/2586'

/** Asks once an upload has been completed. */
const completed = (ask: (system: System, parts: Parts) => Promise<RawRequest>) =>
  completing(async (system, parts) => {
    await system.expect(200, await system.complete(parts.uploadId, all(parts)))
    return ask(system, parts)
  })

const gone = (title: string, see: string, request: Case['request']): Case => ({
  title,
  see,
  request,
  status: '404 NoSuchUpload',
})

export const COMPLETE_AGAIN: readonly Case[] = [
  {
    title: 'answers a repeated completion in the same way',
    see: AGAIN,
    request: completed((system, parts) => system.complete(parts.uploadId, all(parts))),
    body: /<ETag>[^<]*-2[^<]*<\/ETag>/,
    effect: async (system) =>
      (await system.read())?.length === FIVE_MIB.length + 4 ? undefined : 'the object is another',
  },
  {
    title: 'answers a repeated completion even under a condition that only the first could meet',
    see: 'https://github.com/getmoto/moto/pull/9209',
    request: completed((system, parts) =>
      system.complete(parts.uploadId, all(parts), { 'if-none-match': '*' }),
    ),
  },
  {
    title: 'creates no second version for a repeated completion',
    see: AGAIN,
    request: async (system) => {
      await versioning(system, 'Enabled')
      return completed((_, parts) => system.complete(parts.uploadId, all(parts)))(system)
    },
    effect: async (system, { headers }) => {
      const reply = await system.expectReply(200, { query: { versions: '' } })
      const ids = [...reply.body.toString().matchAll(/<VersionId>([^<]+)</g)].map(([, id]) => id)
      return ids.join() === headers['x-amz-version-id'] ? undefined : `versions are ${ids}`
    },
  },
  gone(
    'refuses a repeated completion with another list',
    PAGES.errors,
    completed((system, { uploadId, etags }) => system.complete(uploadId, [[2, etags[1]]])),
  ),
  gone(
    'refuses a repeated completion if the object has been replaced',
    PAGES.errors,
    completed(async (system, parts) => {
      await system.put(system.key, 'another')
      return system.complete(parts.uploadId, all(parts))
    }),
  ),
  {
    title: 'answers a repeated completion without the checksum',
    see: PAGES.seen('multipart'),
    request: completed((system, parts) => system.complete(parts.uploadId, all(parts))),
    body: /<\/ETag><\/CompleteMultipartUploadResult>$/,
  },
  {
    title: 'answers a later abort as done, and keeps the object',
    see: PAGES.seen('multipart'),
    request: completed((system, { uploadId }) =>
      system.signed({ method: 'DELETE', key: system.key, query: { uploadId } }),
    ),
    status: 204,
    effect: async (system) =>
      (await system.read())?.length === FIVE_MIB.length + 4 ? undefined : 'the object is gone',
  },
  gone(
    'does not abort a completed upload under another key',
    PAGES.seen('multipart'),
    completed((system, { uploadId }) =>
      system.signed({ method: 'DELETE', key: 'another', query: { uploadId } }),
    ),
  ),
  gone(
    'lists no parts of a completed upload',
    PAGES.api('ListParts'),
    completed((system, { uploadId }) => system.signed({ key: system.key, query: { uploadId } })),
  ),
]
