/**
 * The interrupted uploads of a signer, under any rule.
 *
 * @module
 */

import type { Uploader } from '../uploader.ts'

/**
 * Shows all interrupted uploads of an uploader to a list that names no rule. Each goes on under its
 * own rule.
 */
export function ofAllRules(uploader: Uploader): Uploader {
  return {
    ...uploader,
    interrupted: async () => {
      const found = await uploader.interrupted()
      return found.map(({ rule: _, ...upload }) => upload)
    },
    // There is not one rule whose hints could be asked for.
    rules: async () => ({}),
  }
}
