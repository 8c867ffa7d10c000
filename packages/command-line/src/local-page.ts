/**
 * Checks whether an origin belongs to a page on this machine: `localhost`, one of its subdomains,
 * `127.0.0.1` or `[::1]`, on any port.
 *
 * Other addresses in 127.0.0.0/8 do not count, because developers use them to keep servers apart.
 */
export function isLocalPage(origin: string): boolean {
  const url = URL.canParse(origin) ? new URL(origin) : undefined
  if (url?.origin !== origin || !/^https?:$/.test(url.protocol)) return false
  return /^(?:(?:[^.]+\.)*localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname)
}
