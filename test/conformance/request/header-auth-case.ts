/**
 * Requests signed in the header and changed afterwards.
 *
 * @module
 */

import { type Case, type Status, storedNothing } from '../case.ts'
import { PAGES } from '../pages.ts'
import type { Ask, System } from '../system.ts'
import type { RawRequest } from './raw-request.ts'
import type { SignOptions } from './signing.ts'

/** PUTs the system's object with one thing changed. */
export const put =
  (ask: Ask<SignOptions> = {}) =>
  (system: System) =>
    system.signed({ method: 'PUT', key: system.key, body: 'hello', ...ask })

/** Changes a request after it has been signed. */
export const afterwards =
  (change: (raw: RawRequest) => Partial<RawRequest>, ask: Ask<SignOptions> = {}) =>
  async (system: System): Promise<RawRequest> => {
    const raw = await put(ask)(system)
    return { ...raw, ...change(raw) }
  }

export const authorization = (change: (header: string) => string) =>
  afterwards(({ headers }) => ({
    headers: { ...headers, authorization: change(headers.authorization ?? '') },
  }))

export const refusal = (
  title: string,
  request: Case['request'],
  status: Status,
  see: string = PAGES.headerAuth,
): Case => ({ title, see, request, status, effect: storedNothing })
