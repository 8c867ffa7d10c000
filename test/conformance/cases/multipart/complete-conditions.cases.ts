/**
 * CompleteMultipartUpload: conditions, and reading the object afterwards.
 *
 * @module
 */

import { type Case, stored, storedNothing } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import { all, completing, FIVE_MIB } from '../../request/multipart-case.ts'
import { versioning } from '../../request/version-case.ts'

export const COMPLETE_CONDITIONS: readonly Case[] = [
  {
    title: 'lets If-None-Match: * pass when there is nothing',
    see: PAGES.conditionalWrites,
    request: completing((world, parts) =>
      world.complete(parts.uploadId, all(parts), { 'if-none-match': '*' }),
    ),
    status: 200,
  },
  {
    title: 'refuses If-None-Match: * when there is something',
    see: PAGES.conditionalWrites,
    request: completing(async (world, parts) => {
      await world.put(world.key, 'there')
      return world.complete(parts.uploadId, all(parts), { 'if-none-match': '*' })
    }),
    status: 412,
    code: 'PreconditionFailed',
    effect: async (world) =>
      (await world.read()) === 'there' ? undefined : 'the object was replaced',
  },
  {
    title: 'refuses If-Match that names another object',
    see: PAGES.conditionalWrites,
    request: completing(async (world, parts) => {
      await world.put(world.key, 'there')
      return world.complete(parts.uploadId, all(parts), { 'if-match': '"x"' })
    }),
    status: 412,
    code: 'PreconditionFailed',
  },
  {
    title: 'refuses If-None-Match: * when what was there at the beginning is gone',
    see: PAGES.seen('conditional'),
    request: async (world) => {
      await world.put(world.key, 'there')
      return completing(async (_, parts) => {
        await world.expect(204, await world.signed({ method: 'DELETE', key: world.key }))
        return world.complete(parts.uploadId, all(parts), { 'if-none-match': '*' })
      })(world)
    },
    status: 409,
    code: 'ConditionalRequestConflict',
    effect: storedNothing,
  },
  {
    title: 'refuses If-Match when the object has been replaced by its like',
    see: PAGES.seen('conditional'),
    request: async (world) => {
      await world.put(world.key, 'there')
      return completing(async (_, parts) => {
        const { etag = '' } = (await world.put(world.key, 'there')).headers
        return world.complete(parts.uploadId, all(parts), { 'if-match': etag })
      })(world)
    },
    status: 409,
    code: 'ConditionalRequestConflict',
    effect: stored('there'),
  },
  {
    title: 'lets If-Match pass when the version that was there at the beginning is there again',
    see: PAGES.seen('conditional'),
    request: async (world) => {
      await versioning(world, 'Enabled')
      const { etag = '' } = (await world.put(world.key, 'there')).headers
      return completing(async (_, parts) => {
        const versionId = (await world.put(world.key, 'between')).headers['x-amz-version-id'] ?? ''
        const query = { versionId }
        await world.expect(204, await world.signed({ method: 'DELETE', key: world.key, query }))
        return world.complete(parts.uploadId, all(parts), { 'if-match': etag })
      })(world)
    },
    status: 200,
  },
  {
    title: 'gives one part of a complete object',
    see: PAGES.api('GetObject'),
    request: completing(async (world, parts) => {
      await world.expect(200, await world.complete(parts.uploadId, all(parts)))
      return world.signed({ key: world.key, query: { partNumber: '2' } })
    }),
    status: 206,
    body: 'last',
    headers: {
      'x-amz-mp-parts-count': '2',
      'content-range': `bytes ${FIVE_MIB.length}-${FIVE_MIB.length + 3}/${FIVE_MIB.length + 4}`,
    },
  },
  {
    title: 'gives a range across parts',
    see: PAGES.api('GetObject'),
    request: completing(async (world, parts) => {
      await world.expect(200, await world.complete(parts.uploadId, all(parts)))
      return world.signed({
        key: world.key,
        headers: { range: `bytes=${FIVE_MIB.length - 2}-${FIVE_MIB.length + 1}` },
      })
    }),
    status: 206,
    body: 'xxla',
  },
]
