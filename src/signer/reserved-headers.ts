/**
 * Header names that are ours: no face of the signer lets one through.
 *
 * @module
 */

/**
 * @param name - In lower case.
 * @returns Whether it begins with `x-waybill-`. A client that sends one can only mean to pass for a front of the signer.
 */
export function isReservedHeader(name: string): boolean {
  return name.startsWith('x-waybill-')
}
