/**
 * Checks that a file is an SVG. Nobody judges what it would do: browsers run script in one, so links
 * and CloudFront only ever deliver it as a download.
 *
 * @module
 */

import { parseXml } from '@rgrove/parse-xml'

/** A larger drawing is not read: arrival must hold one in memory. */
export const MAX_SVG_SIZE = 1024 * 1024

/**
 * @param bytes - The whole document.
 * @returns Why it is no SVG, or `undefined`.
 */
export function svgProblem(bytes: Uint8Array): string | undefined {
  try {
    const { root } = parseXml(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return root?.name === 'svg' ? undefined : `XML whose root is <${root?.name.slice(0, 40)}>`
  } catch {
    // Also for a document so deep that the parser's stack overflows.
    return 'not well-formed XML in UTF-8'
  }
}
