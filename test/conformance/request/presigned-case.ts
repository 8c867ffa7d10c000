/**
 * Presigned PUTs, right or wrong in one single respect.
 *
 * @module
 */

import { type Case, type Status, storedNothing } from '../case.ts'
import { PAGES } from '../pages.ts'
import type { Ask, System } from '../system.ts'
import type { RawRequest } from './raw-request.ts'
import type { PresignOptions } from './signing.ts'

export const put =
  (ask: Ask<PresignOptions> = {}) =>
  (system: System) =>
    system.presigned({ method: 'PUT', key: system.key, body: 'hello', ...ask })

/** Changes a URL after it has been signed. */
export const rewritten =
  (change: (path: string) => string, ask: Ask<PresignOptions> = {}) =>
  async (system: System): Promise<RawRequest> => {
    const raw = await put(ask)(system)
    return { ...raw, path: change(raw.path) }
  }

export const refusal = (
  title: string,
  request: Case['request'],
  status: Status,
  see: string = PAGES.queryAuth,
): Case => ({ title, see, request, status, effect: storedNothing })
