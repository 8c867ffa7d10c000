/**
 * The end of a path.
 *
 * @module
 */

/**
 * Removes all slashes at the end. A regular expression (`/\/+$/`) would need quadratic time for a
 * long row of slashes, and callers choose the path.
 */
export function withoutTrailingSlashes(path: string): string {
  let end = path.length
  while (path[end - 1] === '/') end -= 1
  return path.slice(0, end)
}
