/**
 * DeleteObjects: conditions of its entries, and what it says of each.
 *
 * @module
 */

import { type Case, following, stored } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import { shaped, versioning } from '../../request/version-case.ts'
import type { System } from '../../system.ts'

const SEEN = PAGES.seen('object_delete')

const entry = (system: System, more = '') => `<Object><Key>${system.key}</Key>${more}</Object>`

const remove = (system: System, body: string | Uint8Array) => {
  return system.signed({ method: 'POST', query: { delete: '' }, body, md5: true })
}

/** @param more - What the entry says beside the key, given the object's ETag. */
const conditional = (more: (etag: string) => string) => async (system: System) => {
  const { headers } = await system.put(system.key, 'hello')
  return remove(
    system,
    `<Delete>${entry(system, `<ETag>${more(headers.etag ?? '')}</ETag>`)}</Delete>`,
  )
}

const ERROR = (code: string) => new RegExp(`<Error><Key>[^<]*</Key>.*<Code>${code}</Code>`)
const LEFT = stored('hello')

export const DELETE_MANY = following(SEEN, [
  {
    title: 'deletes listed objects that still have their ETag',
    request: conditional((etag) => etag),
    body: /<Deleted>/,
  },
  {
    title: 'deletes a listed object with any ETag for an asterisk',
    request: conditional(() => '*'),
    body: /<Deleted>/,
  },
  {
    title: 'does not delete a listed object with another ETag',
    request: conditional(() => '"0000000000000000"'),
    body: ERROR('PreconditionFailed'),
    effect: LEFT,
  },
  {
    title: 'treats several ETags in one entry as an invalid one',
    request: conditional((etag) => `"0000000000000000", ${etag}`),
    body: ERROR('PreconditionFailed'),
    effect: LEFT,
  },
  {
    title: 'finds no ETag behind a delete marker',
    request: async (system) => {
      await versioning(system, 'Enabled')
      const { headers } = await system.put(system.key, 'hello')
      await system.expectReply(204, { method: 'DELETE', key: system.key })
      return remove(system, `<Delete>${entry(system, `<ETag>${headers.etag}</ETag>`)}</Delete>`)
    },
    body: ERROR('NoSuchKey'),
    effect: shaped('D* V'),
  },
  {
    title: 'does not support deleting a version by its ETag',
    request: async (system) => {
      await versioning(system, 'Enabled')
      const { headers } = await system.put(system.key, 'hello')
      const versionId = headers['x-amz-version-id']
      return remove(
        system,
        `<Delete>${entry(system, `<VersionId>${versionId}</VersionId><ETag>${headers.etag}</ETag>`)}</Delete>`,
      )
    },
    body: /<Error><Key>[^<]*<\/Key><VersionId>[^<]+<\/VersionId><Code>NotImplemented</,
    effect: shaped('V*'),
  },
  ...['<Size>5</Size>', '<LastModifiedTime>2999-01-01T00:00:00Z</LastModifiedTime>'].map(
    (condition): Case => ({
      title: `deletes no listed object with ${condition}, which is only for directory buckets`,
      see: PAGES.api('ObjectIdentifier'),
      request: async (system) => {
        await system.put(system.key, 'hello')
        return remove(system, `<Delete>${entry(system, condition)}</Delete>`)
      },
      body: ERROR('NotImplemented'),
      effect: LEFT,
    }),
  ),
  {
    title: 'deletes an object only once if it is listed twice',
    see: PAGES.compared('delete_objects/test_versioning'),
    request: async (system) => {
      await versioning(system, 'Enabled')
      await system.put(system.key, 'hello')
      return remove(system, `<Delete>${entry(system)}${entry(system)}</Delete>`)
    },
    body: /<DeleteResult[^>]*><Deleted><Key>[^<]*<\/Key><DeleteMarker>true<\/DeleteMarker><DeleteMarkerVersionId>[^<]{32}<\/DeleteMarkerVersionId><\/Deleted><\/DeleteResult>/,
    effect: shaped('D* V'),
  },
  {
    title: 'refuses a list with a key of 1,025 bytes',
    see: PAGES.seen('malformed_xml'),
    request: async (system) => {
      await system.put(system.key, 'hello')
      const tooLong = `<Object><Key>${'a'.repeat(1025)}</Key></Object>`
      return remove(system, `<Delete>${entry(system)}${tooLong}</Delete>`)
    },
    status: '400 KeyTooLongError',
    body: /<Size>1025<\/Size><MaxSizeAllowed>1024</,
    effect: LEFT,
  },
  {
    title: 'refuses a list that is not UTF-8',
    see: PAGES.seen('malformed_xml'),
    request: (system) => remove(system, Uint8Array.of(0xff, 0xfe, 0x80, 0x81)),
    status: '400 MalformedXML',
  },
])
