/**
 * The version `null`, where it is read and where it is written, and versions as the source of a copy.
 *
 * @module
 */

import type { Case } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import { twoVersions, versioning } from '../../request/version-case.ts'
import type { System } from '../../system.ts'

const SEEN = PAGES.seen('versioning')

/** The system's object as version `null` of a bucket whose versioning is suspended. */
async function suspended(system: System) {
  await versioning(system, 'Suspended')
  return system.put(system.key, 'hello')
}

const read = (title: string, method: string, more: Partial<Case>): Case => ({
  title,
  see: SEEN,
  request: async (system) => {
    await suspended(system)
    return system.signed({ method, key: system.key })
  },
  headers: { 'x-amz-version-id': 'null' },
  ...more,
})

/** Copies the system's object, or one version of it. */
const copy = (system: System, version = '') =>
  system.signed({
    method: 'PUT',
    key: 'copy',
    headers: {
      'x-amz-copy-source': `${encodeURI(`/${system.bucket}/${system.key}`).replace('+', '%2B')}${version}`,
    },
  })

export const NULL_VERSION: readonly Case[] = [
  {
    title: 'does not return the version id null to its writer',
    see: SEEN,
    request: async (system) => {
      await versioning(system, 'Suspended')
      return system.signed({ method: 'PUT', key: system.key, body: 'hello' })
    },
    headers: { 'x-amz-version-id': undefined },
  },
  read('returns the version id null to GET', 'GET', { body: 'hello' }),
  read('returns the version id null to HEAD', 'HEAD', {}),
  read('returns the version id null to a copy that replaces it', 'PUT', {
    request: async (system) => {
      await suspended(system)
      return copy(system)
    },
    headers: { 'x-amz-version-id': 'null', 'x-amz-copy-source-version-id': undefined },
  }),
  read('returns the version id null as a requested source', 'PUT', {
    request: async (system) => {
      await suspended(system)
      return copy(system, '?versionId=null')
    },
    headers: { 'x-amz-copy-source-version-id': 'null' },
  }),
  {
    title: 'reports which version it has copied',
    see: PAGES.api('CopyObject'),
    request: async (system) => {
      await twoVersions(system)
      return copy(system)
    },
    headers: { 'x-amz-copy-source-version-id': /^[\w.]{8,}$/ },
  },
  {
    title: 'also accepts an encoded version id of a source',
    see: PAGES.seen('copy_object'),
    request: async (system) => {
      const [first] = await twoVersions(system)
      return copy(system, `?versionId=%${first.charCodeAt(0).toString(16)}${first.slice(1)}`)
    },
    effect: async (system) =>
      (await system.read('copy')) === 'first' ? undefined : 'another version was copied',
  },
  {
    title: 'refuses to copy a specific delete marker',
    see: PAGES.seen('copy_object'),
    request: async (system) => {
      await twoVersions(system)
      const marker = await system.signed({ method: 'DELETE', key: system.key })
      const { headers } = await system.expect(204, marker)
      return copy(system, `?versionId=${headers['x-amz-version-id']}`)
    },
    status: '400 InvalidRequest',
  },
]
