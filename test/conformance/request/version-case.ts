/**
 * Requests about a bucket with versions.
 *
 * @module
 */

import { textOf } from 'waybill/s3'
import type { World } from '../system.ts'
import type { Reply } from './raw-request.ts'

export async function versioning(world: World, status: string): Promise<void> {
  const body = `<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`
  await world.expect(200, await world.signed({ method: 'PUT', query: { versioning: '' }, body }))
}

/** Two versions under the world's key. @returns Their ids. */
export async function twoVersions(world: World): Promise<[string, string]> {
  await versioning(world, 'Enabled')
  const first = await world.put(world.key, 'first')
  const second = await world.put(world.key, 'second')
  return [first.headers['x-amz-version-id'] ?? '', second.headers['x-amz-version-id'] ?? '']
}

/** `V` for a version, `D` for a delete marker, `*` for the newest of its key. */
export function shape(reply: Reply): string {
  const versions = (reply.xml?.children ?? []).filter((each) =>
    /Version$|^DeleteMarker$/.test(each.name),
  )
  return versions
    .map(
      (each) =>
        (each.name === 'Version' ? 'V' : 'D') + (textOf(each, 'IsLatest') === 'true' ? '*' : ''),
    )
    .join(' ')
}

export const shaped = (wanted: string) => async (world: World) => {
  const reply = await world.expect(200, await world.signed({ query: { versions: '' } }))
  return shape(reply) === wanted ? undefined : `versions are ${shape(reply)}, expected ${wanted}`
}
