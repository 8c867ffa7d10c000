/**
 * Finds the path of a call below the signer's base URL.
 *
 * @module
 */

import { withoutTrailingSlashes } from 'waybill-s3/internal/trailing-slashes'

const CALLS = /\/(?:rules|parts|list|complete|abort|link|remove|verdict)$/

/**
 * Finds the path of a call below the base path.
 *
 * @param pathname - The path of the whole URL.
 * @param basePath - Where the signer is mounted. If omitted, everything before the name of the call
 *   is the base.
 * @returns `''`, a path such as `/parts`, or any other path below the base. A path outside of the
 *   base gets two leading slashes, so it never matches a call.
 */
export function signerPath(pathname: string, basePath?: string): string {
  const path = withoutTrailingSlashes(pathname)
  if (basePath === undefined) return CALLS.exec(path)?.[0] ?? ''
  const base = withoutTrailingSlashes(basePath)
  if (path === base) return ''
  return path.startsWith(`${base}/`) ? path.slice(base.length) : `/${path || '/'}`
}
