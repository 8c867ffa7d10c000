/**
 * Header names reserved by Waybill. Servers in front of the signer remove such headers.
 *
 * @module
 */

/**
 * Returns whether a header name begins with `x-waybill-`. A client only sends such a header to
 * impersonate a proxy in front of the signer.
 *
 * @param name - In lower case.
 */
export function isReservedHeader(name: string): boolean {
  return name.startsWith('x-waybill-')
}
