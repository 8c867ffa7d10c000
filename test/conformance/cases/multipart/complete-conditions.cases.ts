/**
 * CompleteMultipartUpload: conditions, and reading the object afterwards.
 *
 * @module
 */

import { following, stored, storedNothing } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import { all, completing, FIVE_MIB } from '../../request/multipart-case.ts'
import { versioning } from '../../request/version-case.ts'

export const COMPLETE_CONDITIONS = following(PAGES.conditionalWrites, [
  {
    title: 'accepts If-None-Match: * if there is no object',
    request: completing((system, parts) =>
      system.complete(parts.uploadId, all(parts), { 'if-none-match': '*' }),
    ),
  },
  {
    title: 'refuses If-None-Match: * if there is an object',
    request: completing(async (system, parts) => {
      await system.put(system.key, 'there')
      return system.complete(parts.uploadId, all(parts), { 'if-none-match': '*' })
    }),
    status: '412 PreconditionFailed',
    effect: stored('there'),
  },
  {
    title: "refuses If-Match with another object's ETag",
    request: completing(async (system, parts) => {
      await system.put(system.key, 'there')
      return system.complete(parts.uploadId, all(parts), { 'if-match': '"x"' })
    }),
    status: '412 PreconditionFailed',
  },
  {
    title: 'refuses If-None-Match: * if an object was deleted during the upload',
    see: PAGES.seen('conditional'),
    request: async (system) => {
      await system.put(system.key, 'there')
      return completing(async (_, parts) => {
        await system.expectReply(204, { method: 'DELETE', key: system.key })
        return system.complete(parts.uploadId, all(parts), { 'if-none-match': '*' })
      })(system)
    },
    status: '409 ConditionalRequestConflict',
    effect: storedNothing,
  },
  {
    title: 'refuses If-Match if the object has been replaced by an identical one',
    see: PAGES.seen('conditional'),
    request: async (system) => {
      await system.put(system.key, 'there')
      return completing(async (_, parts) => {
        const { etag = '' } = (await system.put(system.key, 'there')).headers
        return system.complete(parts.uploadId, all(parts), { 'if-match': etag })
      })(system)
    },
    status: '409 ConditionalRequestConflict',
    effect: stored('there'),
  },
  {
    title: 'accepts If-Match if the original version has reappeared',
    see: PAGES.seen('conditional'),
    request: async (system) => {
      await versioning(system, 'Enabled')
      const { etag = '' } = (await system.put(system.key, 'there')).headers
      return completing(async (_, parts) => {
        const versionId =
          (await system.put(system.key, 'between')).headers['x-amz-version-id'] ?? ''
        const query = { versionId }
        await system.expectReply(204, { method: 'DELETE', key: system.key, query })
        return system.complete(parts.uploadId, all(parts), { 'if-match': etag })
      })(system)
    },
  },
  {
    title: 'returns one part of a complete object',
    see: PAGES.api('GetObject'),
    request: completing(async (system, parts) => {
      await system.expect(200, await system.complete(parts.uploadId, all(parts)))
      return system.signed({ key: system.key, query: { partNumber: '2' } })
    }),
    status: 206,
    body: 'last',
    headers: {
      'x-amz-mp-parts-count': '2',
      'content-range': `bytes ${FIVE_MIB.length}-${FIVE_MIB.length + 3}/${FIVE_MIB.length + 4}`,
    },
  },
  {
    title: 'returns a range across parts',
    see: PAGES.api('GetObject'),
    request: completing(async (system, parts) => {
      await system.expect(200, await system.complete(parts.uploadId, all(parts)))
      return system.signed({
        key: system.key,
        headers: { range: `bytes=${FIVE_MIB.length - 2}-${FIVE_MIB.length + 1}` },
      })
    }),
    status: 206,
    body: 'xxla',
  },
])
