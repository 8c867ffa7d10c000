/**
 * Whether a rule's list allows a content type.
 *
 * @module
 */

import { isActiveType } from '../allowed-content-type.ts'
import { isContentType } from '../content-type.ts'

/**
 * Says whether a rule's list allows a content type.
 *
 * Active content (HTML, SVG, XML, scripts, programs) is allowed only by its exact name.
 *
 * @param allowed - Exact types, `image/*` for every passive type of one family, or `*` `/*` for
 *   every passive type.
 * @param type - In lower case, without parameters.
 */
export function allowsContentType(allowed: readonly string[], type: string): boolean {
  if (!isContentType(type)) return false
  if (allowed.includes(type)) return true
  if (isActiveType(type)) return false
  const family = type.slice(0, type.indexOf('/'))
  return allowed.includes(`${family}/*`) || allowed.includes('*/*')
}
