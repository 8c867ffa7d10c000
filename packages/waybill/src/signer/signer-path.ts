import { withoutTrailingSlashes } from 'waybill-s3/internal/bucket-url'
import { callPathAtEnd } from '../protocol/calls.ts'

/**
 * Returns the path of a call relative to the signer's base URL.
 *
 * @param pathname - The path of the full URL.
 * @param basePath - The path at which the signer is mounted. If omitted, everything before the name
 *   of the call is treated as the base path.
 * @returns `''` for the base URL itself, a path such as `/parts`, or any other path below the base
 *   path. A path outside the base path gets a second leading slash, so that it never matches a
 *   call.
 */
export function signerPath(pathname: string, basePath?: string): string {
  const path = withoutTrailingSlashes(pathname)
  if (basePath === undefined) return callPathAtEnd(path)
  const base = withoutTrailingSlashes(basePath)
  if (path === base) return ''
  return path.startsWith(`${base}/`) ? path.slice(base.length) : `/${path || '/'}`
}
