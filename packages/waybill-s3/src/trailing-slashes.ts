/**
 * Removes trailing slashes.
 *
 * @module
 */

/**
 * Does not use the regular expression `/\/+$/`: it would take quadratic time for many slashes, and
 * the path comes from callers.
 */
export function withoutTrailingSlashes(path: string): string {
  let end = path.length
  while (path[end - 1] === '/') end -= 1
  return path.slice(0, end)
}
