/**
 * Where a call stands below a signer's base URL.
 *
 * @module
 */

const CALLS = /\/(?:parts|list|complete|abort)$/

/**
 * @param pathname - Path of the whole URL.
 * @param basePath - Where the signer is mounted. Without it, whatever precedes the call's own name is the base.
 * @returns `''`, `/parts`, `/list`, `/complete`, `/abort`, or what else stands below the base. A path outside of it begins
 *   with two slashes, so that it can be no call's.
 */
export function signerPath(pathname: string, basePath?: string): string {
  const path = pathname.replace(/\/+$/, '')
  if (basePath === undefined) return CALLS.exec(path)?.[0] ?? ''
  const base = basePath.replace(/\/+$/, '')
  if (path === base) return ''
  return path.startsWith(`${base}/`) ? path.slice(base.length) : `/${path || '/'}`
}
