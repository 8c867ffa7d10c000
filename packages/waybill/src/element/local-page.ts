/**
 * Tells a developer's own page from a public one.
 *
 * @module
 */

const LOCAL =
  /^(?:|localhost|(?:127|10|192\.168|172\.(?:1[6-9]|2\d|3[01]))(?:\.\d+)+|\[::1\]|.*\.(?:localhost|local|test))$/

/** Says whether the page is served from this machine or a private network, or opened from disk. */
export function isLocalPage(hostname: string): boolean {
  return LOCAL.test(hostname)
}
