/**
 * Requests about an upload of two parts.
 *
 * @module
 */

import { PAGES } from '../pages.ts'
import type { System } from '../system.ts'
import type { RawRequest } from './raw-request.ts'

export const COMPLETE = PAGES.api('CompleteMultipartUpload')

export const PART = PAGES.api('UploadPart')

/** The least that a part but the last may have. */
export const FIVE_MIB = Buffer.alloc(5 * 1024 * 1024, 'x')

export interface Parts {
  readonly uploadId: string
  /** ETags of parts 1 and 2. */
  readonly etags: readonly [string, string]
}

/** An upload of 5 MiB and 4 bytes in two parts. */
async function twoParts(system: System, headers: Record<string, string> = {}): Promise<Parts> {
  const uploadId = await system.createUpload(headers)
  const first = await system.uploadPart(uploadId, 1, FIVE_MIB)
  return { uploadId, etags: [first, await system.uploadPart(uploadId, 2, 'last')] }
}

export const completing =
  (
    ask: (system: System, parts: Parts) => Promise<RawRequest>,
    headers: Record<string, string> = {},
  ) =>
  async (system: System) =>
    ask(system, await twoParts(system, headers))

/** CreateMultipartUpload. */
export const creating =
  (headers: Record<string, string> = {}) =>
  (system: System) =>
    system.signed({ method: 'POST', key: system.key, query: { uploads: '' }, headers })

export const all = ({ etags }: Parts) =>
  [
    [1, etags[0]],
    [2, etags[1]],
  ] as const

export const part =
  (
    query: Record<string, string>,
    headers: Record<string, string> = {},
    created: Record<string, string> = {},
  ) =>
  async (system: System) => {
    const uploadId = await system.createUpload(created)
    return system.signed({
      method: 'PUT',
      key: system.key,
      query: { uploadId, ...query },
      body: 'hello',
      headers,
    })
  }
