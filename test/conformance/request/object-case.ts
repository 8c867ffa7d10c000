/**
 * Requests about one object.
 *
 * @module
 */

import { PAGES } from '../pages.ts'
import type { Ask, World } from '../system.ts'
import type { SignOptions } from './signing.ts'

export const PUT = PAGES.api('PutObject')

/** Asks about an object of ten bytes. */
export const get =
  (ask: Ask<SignOptions> = {}, headers: Record<string, string> = {}) =>
  async (world: World) => {
    await world.put(world.key, '0123456789', headers)
    return world.signed({ key: world.key, ...ask })
  }

export const keysAre =
  (...wanted: string[]) =>
  async (world: World) => {
    const keys = await world.keys()
    return keys.join() === wanted.join() ? undefined : `keys are ${keys.join()}`
  }
