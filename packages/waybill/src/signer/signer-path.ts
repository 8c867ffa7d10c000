/**
 * Finds the path of a call below the base URL of a signer.
 *
 * @module
 */

import { withoutTrailingSlashes } from 'waybill-s3/internal/trailing-slashes'

const CALLS = /\/(?:rules|parts|list|complete|abort|link|remove|verdict)$/

/**
 * Finds the path of a call below the base path.
 *
 * @param pathname - Path of the whole URL.
 * @param basePath - Where the signer is mounted. Without it, everything before the name of the call
 *   is the base.
 * @returns `''`, `/parts` and the like, or another path below the base. A path outside of the base
 *   comes back with two slashes in front, so that no call has it.
 */
export function signerPath(pathname: string, basePath?: string): string {
  const path = withoutTrailingSlashes(pathname)
  if (basePath === undefined) return CALLS.exec(path)?.[0] ?? ''
  const base = withoutTrailingSlashes(basePath)
  if (path === base) return ''
  return path.startsWith(`${base}/`) ? path.slice(base.length) : `/${path || '/'}`
}
