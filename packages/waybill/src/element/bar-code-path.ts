const DIGITS = 16

/**
 * Returns a checksum's bar code: the path of an SVG with `viewBox="0 0 72 1"` and
 * `preserveAspectRatio="none"`. It has one module for each of the checksum's first 64 bits, between
 * two bars at each end.
 *
 * @param hex - The checksum in hexadecimal, such as a SHA-256.
 * @throws {SyntaxError} If `hex` contains anything but hexadecimal digits.
 */
export function barCodePath(hex: string): string {
  const bits = BigInt(`0x${hex.slice(0, DIGITS)}`).toString(2)
  const modules = `1010${bits.padStart(4 * DIGITS, '0')}0101`
  return [...modules.matchAll(/1+/g)]
    .map(({ 0: { length }, index }) => `M${index} 0h${length}v1h-${length}z`)
    .join('')
}
