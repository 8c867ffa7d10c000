/**
 * Header names that Waybill reserves. The servers in front of the signer remove such headers.
 *
 * @module
 */

/**
 * Tells whether a header name begins with `x-waybill-`. A client sends such a header only to
 * pretend to be a proxy in front of the signer.
 *
 * @param name - In lower case.
 */
export function isReservedHeader(name: string): boolean {
  return name.startsWith('x-waybill-')
}
