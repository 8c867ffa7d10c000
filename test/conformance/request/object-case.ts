/**
 * Requests about one object.
 *
 * @module
 */

import { PAGES } from '../pages.ts'
import type { Ask, System } from '../system.ts'
import type { SignOptions } from './signing.ts'

export const PUT = PAGES.api('PutObject')

/** Asks about an object of ten bytes. */
export const get =
  (ask: Ask<SignOptions> = {}, headers: Record<string, string> = {}) =>
  async (system: System) => {
    await system.put(system.key, '0123456789', headers)
    return system.signed({ key: system.key, ...ask })
  }

export const keysAre =
  (...wanted: string[]) =>
  async (system: System) => {
    const keys = await system.keys()
    return keys.join() === wanted.join() ? undefined : `keys are ${keys.join()}`
  }
