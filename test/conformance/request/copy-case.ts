/**
 * Requests that copy.
 *
 * @module
 */

import { createHash } from 'node:crypto'
import type { World } from '../system.ts'

export const tagging = (tags: string, headers?: Record<string, string>) => async (world: World) => {
  await world.put(world.key, 'hello', { 'x-amz-tagging': 'old=1' })
  const body = `<Tagging><TagSet>${tags}</TagSet></Tagging>`
  const digest = { 'content-md5': createHash('md5').update(body).digest('base64') }
  return world.signed({
    method: 'PUT',
    key: world.key,
    query: { tagging: '' },
    body,
    headers: headers ?? digest,
  })
}
