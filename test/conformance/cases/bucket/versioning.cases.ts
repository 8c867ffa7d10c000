/**
 * Versions of objects and delete markers.
 *
 * @module
 */

import { type Case, stored, storedNothing } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import type { Reply } from '../../request/raw-request.ts'
import { shaped, twoVersions, versioning } from '../../request/version-case.ts'
import { textAt, type World } from '../../system.ts'

const MARKERS = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html'

async function remove(world: World, query: Record<string, string> = {}): Promise<Reply> {
  return world.expect(204, await world.signed({ method: 'DELETE', key: world.key, query }))
}

async function deleted(world: World): Promise<Reply> {
  await twoVersions(world)
  return remove(world)
}

export const VERSIONING: readonly Case[] = [
  {
    title: 'has no versioning at first',
    see: PAGES.api('GetBucketVersioning'),
    request: (world) => world.signed({ query: { versioning: '' } }),
    status: 200,
    effect: async (_, reply) =>
      textAt(reply, 'Status') === undefined ? undefined : 'there is a status',
  },
  {
    title: 'says that versioning is on',
    see: PAGES.api('GetBucketVersioning'),
    request: async (world) => {
      await versioning(world, 'Enabled')
      return world.signed({ query: { versioning: '' } })
    },
    status: 200,
    body: /<Status>Enabled</,
  },
  {
    title: 'refuses a status that it does not know',
    see: PAGES.api('PutBucketVersioning'),
    request: (world) =>
      world.signed({
        method: 'PUT',
        query: { versioning: '' },
        body: '<VersioningConfiguration><Status>On</Status></VersioningConfiguration>',
      }),
    status: 400,
    code: 'IllegalVersioningConfigurationException',
  },
  {
    title: 'gives every write an id',
    see: PAGES.versioning,
    request: async (world) => {
      await versioning(world, 'Enabled')
      return world.signed({ method: 'PUT', key: world.key, body: 'x' })
    },
    status: 200,
    headers: { 'x-amz-version-id': /^[\w.-]{8,}$/ },
  },
  {
    title: 'gives no id without versioning',
    see: PAGES.versioning,
    request: (world) => world.signed({ method: 'PUT', key: world.key, body: 'x' }),
    status: 200,
    headers: { 'x-amz-version-id': undefined },
  },
  {
    title: 'gives the newest version',
    see: PAGES.versioning,
    request: async (world) => {
      await twoVersions(world)
      return world.signed({ key: world.key })
    },
    status: 200,
    body: 'second',
    headers: { 'x-amz-version-id': /./ },
  },
  {
    title: 'gives an older version',
    see: PAGES.api('GetObject'),
    request: async (world) => {
      const [versionId] = await twoVersions(world)
      return world.signed({ key: world.key, query: { versionId } })
    },
    status: 200,
    body: 'first',
    effect: shaped('V* V'),
  },
  {
    title: 'knows no version that is not there',
    see: PAGES.errors,
    request: async (world) => {
      await twoVersions(world)
      return world.signed({ key: world.key, query: { versionId: 'x'.repeat(32) } })
    },
    status: 404,
    code: 'NoSuchVersion',
  },
  {
    title: 'refuses an id that cannot be one',
    see: PAGES.errors,
    request: async (world) => {
      await twoVersions(world)
      return world.signed({ key: world.key, query: { versionId: '' } })
    },
    status: 400,
    code: 'InvalidArgument',
  },
  {
    title: 'hides the object behind a delete marker',
    see: MARKERS,
    request: async (world) => {
      await twoVersions(world)
      return world.signed({ method: 'DELETE', key: world.key })
    },
    status: 204,
    headers: { 'x-amz-delete-marker': 'true', 'x-amz-version-id': /./ },
    effect: shaped('D* V V'),
  },
  {
    title: 'says that a delete marker hides the object',
    see: MARKERS,
    request: async (world) => {
      await deleted(world)
      return world.signed({ key: world.key })
    },
    status: 404,
    code: 'NoSuchKey',
    headers: { 'x-amz-delete-marker': 'true' },
  },
  {
    title: 'gives no delete marker',
    see: MARKERS,
    request: async (world) => {
      const marker = await deleted(world)
      return world.signed({
        key: world.key,
        query: { versionId: marker.headers['x-amz-version-id'] ?? '' },
      })
    },
    status: 405,
    code: 'MethodNotAllowed',
    // The second as `versioning.rs` of argmin's tests saw it.
    headers: { 'x-amz-delete-marker': 'true', allow: 'DELETE' },
  },
  {
    title: 'lists no hidden object',
    see: MARKERS,
    request: async (world) => {
      await deleted(world)
      return world.signed({ query: { 'list-type': '2' } })
    },
    status: 200,
    body: /<KeyCount>0</,
  },
  {
    title: 'shows the object again when the delete marker is deleted',
    see: MARKERS,
    request: async (world) => {
      const marker = await deleted(world)
      return world.signed({
        method: 'DELETE',
        key: world.key,
        query: { versionId: marker.headers['x-amz-version-id'] ?? '' },
      })
    },
    status: 204,
    headers: { 'x-amz-delete-marker': 'true' },
    effect: stored('second'),
  },
  {
    title: 'deletes one version for good',
    see: PAGES.api('DeleteObject'),
    request: async (world) => {
      const [, versionId] = await twoVersions(world)
      return world.signed({ method: 'DELETE', key: world.key, query: { versionId } })
    },
    status: 204,
    effect: stored('first'),
  },
  {
    title: 'deletes no version that is not there',
    see: PAGES.api('DeleteObject'),
    request: async (world) => {
      await twoVersions(world)
      return world.signed({
        method: 'DELETE',
        key: world.key,
        query: { versionId: 'x'.repeat(32) },
      })
    },
    status: 204,
    effect: shaped('V* V'),
  },
  {
    title: 'lets no PUT say which version it makes',
    see: 'https://github.com/scality/cloudserver/pull/712',
    request: (world) =>
      world.signed({ method: 'PUT', key: world.key, query: { versionId: 'null' }, body: 'x' }),
    status: 400,
    code: 'InvalidArgument',
    effect: storedNothing,
  },
  {
    title: 'keeps what was there before versioning as version null',
    see: PAGES.versioning,
    request: async (world) => {
      await world.put(world.key, 'before')
      await versioning(world, 'Enabled')
      await world.put(world.key, 'after')
      return world.signed({ key: world.key, query: { versionId: 'null' } })
    },
    status: 200,
    body: 'before',
  },
  {
    title: 'replaces version null while versioning is suspended',
    see: PAGES.versioning,
    request: async (world) => {
      await twoVersions(world)
      await versioning(world, 'Suspended')
      await world.put(world.key, 'a')
      return world.signed({ method: 'PUT', key: world.key, body: 'b' })
    },
    status: 200,
    effect: shaped('V* V V'),
  },
  {
    title: 'marks version null as deleted while versioning is suspended',
    see: MARKERS,
    request: async (world) => {
      await twoVersions(world)
      await versioning(world, 'Suspended')
      await world.put(world.key, 'a')
      return world.signed({ method: 'DELETE', key: world.key })
    },
    status: 204,
    headers: { 'x-amz-delete-marker': 'true', 'x-amz-version-id': 'null' },
    effect: shaped('D* V V'),
  },
  {
    title: 'deletes no bucket that holds a delete marker',
    see: PAGES.api('DeleteBucket'),
    request: async (world) => {
      await versioning(world, 'Enabled')
      await remove(world)
      return world.signed({ method: 'DELETE' })
    },
    status: 409,
    code: 'BucketNotEmpty',
  },
]
