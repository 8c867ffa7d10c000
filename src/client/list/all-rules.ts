/**
 * What a signer's uploads have in common: those that were interrupted, under whatever rule.
 *
 * @module
 */

import type { Uploader } from '../uploader.ts'

/**
 * Shows all interrupted uploads of an uploader to a list that names no rule. Each still goes on
 * under its own.
 */
export function ofAllRules(uploader: Uploader): Uploader {
  return {
    ...uploader,
    interrupted: async () => {
      const found = await uploader.interrupted()
      return found.map(({ rule: _, ...upload }) => upload)
    },
    // There is no one rule to know.
    rules: async () => ({}),
  }
}
