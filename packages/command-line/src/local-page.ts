/**
 * Which origins are pages of this machine.
 *
 * @module
 */

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
