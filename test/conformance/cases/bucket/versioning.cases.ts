/**
 * Versions of objects and delete markers.
 *
 * @module
 */

import { type Case, following, stored, storedNothing } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import type { Reply } from '../../request/raw-request.ts'
import { shaped, twoVersions, versioning } from '../../request/version-case.ts'
import { type System, textAt } from '../../system.ts'

const MARKERS = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html'

async function remove(system: System, query: Record<string, string> = {}): Promise<Reply> {
  return system.expectReply(204, { method: 'DELETE', key: system.key, query })
}

async function deleted(system: System): Promise<Reply> {
  await twoVersions(system)
  return remove(system)
}

/** @returns The id of a version that has been deleted. */
async function deletedVersion(system: System): Promise<string> {
  const [first] = await twoVersions(system)
  await remove(system, { versionId: first })
  return first
}

const UNISSUED = 'x'.repeat(32)

export const VERSIONING = following(MARKERS, [
  {
    title: 'has no versioning by default',
    see: PAGES.api('GetBucketVersioning'),
    request: (system) => system.signed({ query: { versioning: '' } }),
    effect: async (_, reply) =>
      textAt(reply, 'Status') === undefined ? undefined : 'there is a status',
  },
  {
    title: 'reports that versioning is enabled',
    see: PAGES.api('GetBucketVersioning'),
    request: async (system) => {
      await versioning(system, 'Enabled')
      return system.signed({ query: { versioning: '' } })
    },
    body: /<Status>Enabled</,
  },
  ...(
    [
      ['an unknown status', '<Status>enabled</Status>', 'MalformedXML'],
      ['versioning without a status', '', 'IllegalVersioningConfigurationException'],
    ] as const
  ).map(
    ([what, status, code]): Case => ({
      title: `refuses ${what}`,
      see: PAGES.recorded('test_s3_api'),
      request: (system) =>
        system.signed({
          method: 'PUT',
          query: { versioning: '' },
          body: `<VersioningConfiguration>${status}</VersioningConfiguration>`,
        }),
      status: `400 ${code}`,
    }),
  ),
  {
    title: 'assigns a version id to every write',
    see: PAGES.versioning,
    request: async (system) => {
      await versioning(system, 'Enabled')
      return system.signed({ method: 'PUT', key: system.key, body: 'x' })
    },
    headers: { 'x-amz-version-id': /^[\w.]{32}$/ },
  },
  {
    title: 'assigns no version id without versioning',
    see: PAGES.versioning,
    request: (system) => system.signed({ method: 'PUT', key: system.key, body: 'x' }),
    headers: { 'x-amz-version-id': undefined },
  },
  {
    title: 'returns the newest version',
    see: PAGES.versioning,
    request: async (system) => {
      await twoVersions(system)
      return system.signed({ key: system.key })
    },
    body: 'second',
    headers: { 'x-amz-version-id': /./ },
  },
  {
    title: 'returns an older version',
    see: PAGES.api('GetObject'),
    request: async (system) => {
      const [versionId] = await twoVersions(system)
      return system.signed({ key: system.key, query: { versionId } })
    },
    body: 'first',
    effect: shaped('V* V'),
  },
  {
    title: 'does not find a version that has been deleted',
    see: PAGES.errors,
    request: async (system) =>
      system.signed({ key: system.key, query: { versionId: await deletedVersion(system) } }),
    status: '404 NoSuchVersion',
  },
  ...[UNISSUED, ''].map(
    (versionId): Case => ({
      title: `refuses the version id '${versionId}', which it has not issued`,
      see: PAGES.recorded('test_s3_api'),
      request: async (system) => {
        await twoVersions(system)
        return system.signed({ key: system.key, query: { versionId } })
      },
      status: '400 InvalidArgument',
      body: /<Message>Invalid version id specified<.*<ArgumentName>versionId</,
    }),
  ),
  {
    title: 'hides the object behind a delete marker',
    request: async (system) => {
      await twoVersions(system)
      return system.signed({ method: 'DELETE', key: system.key })
    },
    status: 204,
    headers: { 'x-amz-delete-marker': 'true', 'x-amz-version-id': /./ },
    effect: shaped('D* V V'),
  },
  {
    title: 'reports that a delete marker hides the object',
    request: async (system) => {
      await deleted(system)
      return system.signed({ key: system.key })
    },
    status: '404 NoSuchKey',
    headers: { 'x-amz-delete-marker': 'true' },
  },
  {
    title: 'refuses to return a delete marker',
    request: async (system) => {
      const marker = await deleted(system)
      return system.signed({
        key: system.key,
        query: { versionId: marker.headers['x-amz-version-id'] ?? '' },
      })
    },
    status: '405 MethodNotAllowed',
    // The second as `versioning.rs` of argmin's tests saw it.
    headers: { 'x-amz-delete-marker': 'true', allow: 'DELETE' },
  },
  {
    title: 'does not list a hidden object',
    request: async (system) => {
      await deleted(system)
      return system.signed({ query: { 'list-type': '2' } })
    },
    body: /<KeyCount>0</,
  },
  {
    title: 'shows the object again when the delete marker is deleted',
    request: async (system) => {
      const marker = await deleted(system)
      return system.signed({
        method: 'DELETE',
        key: system.key,
        query: { versionId: marker.headers['x-amz-version-id'] ?? '' },
      })
    },
    status: 204,
    headers: { 'x-amz-delete-marker': 'true' },
    effect: stored('second'),
  },
  {
    title: 'deletes one version permanently',
    see: PAGES.api('DeleteObject'),
    request: async (system) => {
      const [, versionId] = await twoVersions(system)
      return system.signed({ method: 'DELETE', key: system.key, query: { versionId } })
    },
    status: 204,
    effect: stored('first'),
  },
  {
    title: 'accepts the deletion of a version that has been deleted',
    see: PAGES.api('DeleteObject'),
    request: async (system) => {
      const query = { versionId: await deletedVersion(system) }
      return system.signed({ method: 'DELETE', key: system.key, query })
    },
    status: 204,
    effect: shaped('V*'),
  },
  {
    title: 'refuses to delete a version with an id it has not issued',
    see: PAGES.recorded('test_s3_api'),
    request: async (system) => {
      await twoVersions(system)
      const query = { versionId: UNISSUED }
      return system.signed({ method: 'DELETE', key: system.key, query })
    },
    status: '400 InvalidArgument',
    effect: shaped('V* V'),
  },
  {
    title: 'refuses a PUT that specifies its version id',
    see: 'https://github.com/scality/cloudserver/pull/712',
    request: (system) =>
      system.signed({ method: 'PUT', key: system.key, query: { versionId: 'null' }, body: 'x' }),
    status: '400 InvalidArgument',
    effect: storedNothing,
  },
  {
    title: 'keeps objects from before versioning as version null',
    see: PAGES.versioning,
    request: async (system) => {
      await system.put(system.key, 'before')
      await versioning(system, 'Enabled')
      await system.put(system.key, 'after')
      return system.signed({ key: system.key, query: { versionId: 'null' } })
    },
    body: 'before',
  },
  {
    title: 'replaces version null while versioning is suspended',
    see: PAGES.versioning,
    request: async (system) => {
      await twoVersions(system)
      await versioning(system, 'Suspended')
      await system.put(system.key, 'a')
      return system.signed({ method: 'PUT', key: system.key, body: 'b' })
    },
    effect: shaped('V* V V'),
  },
  {
    title: 'marks version null as deleted while versioning is suspended',
    request: async (system) => {
      await twoVersions(system)
      await versioning(system, 'Suspended')
      await system.put(system.key, 'a')
      return system.signed({ method: 'DELETE', key: system.key })
    },
    status: 204,
    headers: { 'x-amz-delete-marker': 'true', 'x-amz-version-id': 'null' },
    effect: shaped('D* V V'),
  },
  {
    title: 'refuses to delete a bucket that contains a delete marker',
    see: PAGES.api('DeleteBucket'),
    request: async (system) => {
      await versioning(system, 'Enabled')
      await remove(system)
      return system.signed({ method: 'DELETE' })
    },
    status: '409 BucketNotEmpty',
  },
])
