/**
 * Requests that copy.
 *
 * @module
 */

import type { System } from '../system.ts'

export const tagging =
  (tags: string, headers?: Record<string, string>) => async (system: System) => {
    await system.put(system.key, 'hello', { 'x-amz-tagging': 'old=1' })
    const body = `<Tagging><TagSet>${tags}</TagSet></Tagging>`
    const ask = { method: 'PUT', key: system.key, query: { tagging: '' }, body }
    return system.signed(headers ? { ...ask, headers } : { ...ask, md5: true })
  }
