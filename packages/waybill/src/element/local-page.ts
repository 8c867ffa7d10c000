const LOCAL =
  /^(?:|localhost|(?:127|10|192\.168|172\.(?:1[6-9]|2\d|3[01]))(?:\.\d+)+|\[::1\]|.*\.(?:localhost|local|test))$/

/** @returns Whether a page was loaded from this machine, a private network or a file. */
export function isLocalPage(hostname: string): boolean {
  return LOCAL.test(hostname)
}
