/**
 * Requests that copy.
 *
 * @module
 */

import { createHash } from 'node:crypto'
import type { System } from '../system.ts'

export const tagging =
  (tags: string, headers?: Record<string, string>) => async (system: System) => {
    await system.put(system.key, 'hello', { 'x-amz-tagging': 'old=1' })
    const body = `<Tagging><TagSet>${tags}</TagSet></Tagging>`
    const digest = { 'content-md5': createHash('md5').update(body).digest('base64') }
    return system.signed({
      method: 'PUT',
      key: system.key,
      query: { tagging: '' },
      body,
      headers: headers ?? digest,
    })
  }
