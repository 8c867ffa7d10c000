/**
 * Headers and tags of each new object, as a setting: `WAYBILL_OBJECT_DEFAULTS` is the option
 * `objectDefaults` of the signer as JSON.
 *
 * @module
 */

import { readObjectDefaults } from 'waybill/internal/object-defaults'
import type { ObjectDefaults } from 'waybill/signer'
import type { Environment } from '../environment.ts'

const NAME = 'WAYBILL_OBJECT_DEFAULTS'

/**
 * Reads `WAYBILL_OBJECT_DEFAULTS`.
 *
 * @returns The option; nothing when the setting is not set.
 * @throws {TypeError | RangeError} Naming the invalid member, such as
 *   `WAYBILL_OBJECT_DEFAULTS.storageClass`.
 */
export function objectDefaultsFrom(environment: Environment): {
  readonly objectDefaults?: ObjectDefaults
} {
  const text = environment[NAME]
  if (!text) return {}
  const given = parseSetting(text)
  readObjectDefaults(given, NAME)
  // Checked in the line before.
  return { objectDefaults: given as ObjectDefaults }
}

function parseSetting(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own message quotes the text.
    throw new TypeError(
      `${NAME} is not JSON, expected an object such as {"storageClass":"STANDARD_IA"}`,
    )
  }
}
