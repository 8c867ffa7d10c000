/**
 * The version `null`, where it is read and where it is written, and versions as the source of a copy.
 *
 * @module
 */

import type { Case } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import { twoVersions, versioning } from '../../request/version-case.ts'
import type { World } from '../../system.ts'

const SEEN = PAGES.seen('versioning')

/** The world's object as version `null` of a bucket whose versioning is suspended. */
async function suspended(world: World) {
  await versioning(world, 'Suspended')
  return world.put(world.key, 'hello')
}

const read = (title: string, method: string, more: Partial<Case>): Case => ({
  title,
  see: SEEN,
  request: async (world) => {
    await suspended(world)
    return world.signed({ method, key: world.key })
  },
  status: 200,
  headers: { 'x-amz-version-id': 'null' },
  ...more,
})

/** Copies the world's object, or one version of it. */
const copy = (world: World, version = '') =>
  world.signed({
    method: 'PUT',
    key: 'copy',
    headers: {
      'x-amz-copy-source': `${encodeURI(`/${world.bucket}/${world.key}`).replace('+', '%2B')}${version}`,
    },
  })

export const NULL_VERSION: readonly Case[] = [
  {
    title: 'names no version null to whom writes it',
    see: SEEN,
    request: async (world) => {
      await versioning(world, 'Suspended')
      return world.signed({ method: 'PUT', key: world.key, body: 'hello' })
    },
    status: 200,
    headers: { 'x-amz-version-id': undefined },
  },
  read('names version null to whom reads it', 'GET', { body: 'hello' }),
  read('names version null to whom asks for it', 'HEAD', {}),
  read('names version null to whom copies over it', 'PUT', {
    request: async (world) => {
      await suspended(world)
      return copy(world)
    },
    headers: { 'x-amz-version-id': 'null', 'x-amz-copy-source-version-id': undefined },
  }),
  read('names version null as source where it was asked for', 'PUT', {
    request: async (world) => {
      await suspended(world)
      return copy(world, '?versionId=null')
    },
    headers: { 'x-amz-copy-source-version-id': 'null' },
  }),
  {
    title: 'says which version it has copied',
    see: PAGES.api('CopyObject'),
    request: async (world) => {
      await twoVersions(world)
      return copy(world)
    },
    status: 200,
    headers: { 'x-amz-copy-source-version-id': /^[\w-]{8,}$/ },
  },
  {
    title: 'reads the version of a source in its encoded form too',
    see: PAGES.seen('copy_object'),
    request: async (world) => {
      const [first] = await twoVersions(world)
      return copy(world, `?versionId=%${first.charCodeAt(0).toString(16)}${first.slice(1)}`)
    },
    status: 200,
    effect: async (world) =>
      (await world.read('copy')) === 'first' ? undefined : 'another version was copied',
  },
  {
    title: 'copies no delete marker that is named',
    see: PAGES.seen('copy_object'),
    request: async (world) => {
      await twoVersions(world)
      const marker = await world.signed({ method: 'DELETE', key: world.key })
      const { headers } = await world.expect(204, marker)
      return copy(world, `?versionId=${headers['x-amz-version-id']}`)
    },
    status: 400,
    code: 'InvalidRequest',
  },
]
