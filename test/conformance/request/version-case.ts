/**
 * Requests about a bucket with versions.
 *
 * @module
 */

import { textOf } from 'waybill-s3/internal/xml'
import type { System } from '../system.ts'
import type { Reply } from './raw-request.ts'

export async function versioning(system: System, status: string): Promise<void> {
  const body = `<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`
  await system.expectReply(200, { method: 'PUT', query: { versioning: '' }, body })
}

/** Two versions under the system's key. @returns Their ids. */
export async function twoVersions(system: System): Promise<[string, string]> {
  await versioning(system, 'Enabled')
  const first = await system.put(system.key, 'first')
  const second = await system.put(system.key, 'second')
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

export const shaped = (wanted: string) => async (system: System) => {
  const reply = await system.expectReply(200, { query: { versions: '' } })
  return shape(reply) === wanted ? undefined : `versions are ${shape(reply)}, expected ${wanted}`
}
