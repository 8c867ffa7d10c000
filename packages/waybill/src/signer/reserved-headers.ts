/**
 * Returns whether a header name begins with `x-waybill-`. Only proxies in front of the signer set
 * such headers, so those that clients send are ignored.
 *
 * @param name - In lower case.
 */
export function isReservedHeader(name: string): boolean {
  return name.startsWith('x-waybill-')
}
