/**
 * Which pages may send requests to a server, besides those that a CORS rule of a bucket names.
 *
 * @module
 */

/**
 * Origins whose pages may send requests: patterns as in a CORS rule (`https://app.test`,
 * `http://*.test`, `*` for all, also `null`), or a function that decides for each origin.
 */
export type PagesFrom = readonly string[] | ((origin: string) => boolean)

/**
 * Tells whether an origin is a page of this machine: `localhost`, a name below it, `127.0.0.1` or
 * `[::1]`, any port.
 *
 * Other addresses of 127.0.0.0/8 do not count: programs use them to separate servers.
 */
export function isLocalPage(origin: string): boolean {
  const url = URL.canParse(origin) ? new URL(origin) : undefined
  if (url?.origin !== origin || !/^https?:$/.test(url.protocol)) return false
  return /^(?:(?:[^.]+\.)*localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname)
}
