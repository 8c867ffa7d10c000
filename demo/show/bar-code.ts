/**
 * Draws a SHA-256 as a bar code: one module for each of its first 128 bits.
 *
 * @module
 */

const SVG = 'http://www.w3.org/2000/svg'
const BITS = 128
const HEIGHT = 10
/** The two bars at each end. */
const GUARD = [0, 2]
const WIDTH = BITS + 8

export interface BarCode {
  readonly element: SVGSVGElement
  /**
   * @param hex - The signed hash, or `undefined` to draw nothing.
   * @param sent - A different hash, drawn in the lower half.
   */
  draw(hex: string | undefined, sent?: string): void
}

export function createBarCode(): BarCode {
  const svg = document.createElementNS(SVG, 'svg')
  svg.setAttribute('class', 'bar-code')
  svg.setAttribute('viewBox', `0 0 ${WIDTH} ${HEIGHT}`)
  svg.setAttribute('preserveAspectRatio', 'none')
  svg.setAttribute('aria-hidden', 'true')
  const [signed, sent] = ['signed', 'sent'].map((name) => {
    const path = document.createElementNS(SVG, 'path')
    path.setAttribute('class', name)
    svg.append(path)
    return path
  })
  return {
    element: svg,
    draw: (hex, other) => {
      const middle = HEIGHT / 2
      signed?.setAttribute('d', hex ? bars(hex, 0, other ? middle : HEIGHT) : '')
      sent?.setAttribute('d', other ? bars(other, middle, HEIGHT) : '')
    },
  }
}

function bars(hex: string, top: number, bottom: number): string {
  const bits = [...hex.slice(0, BITS / 4)]
    .map((digit) => Number.parseInt(digit, 16).toString(2).padStart(4, '0'))
    .join('')
  const dark = [...bits].flatMap((bit, index) => (bit === '1' ? [index + 4] : []))
  const ends = GUARD.flatMap((at) => [at, WIDTH - 1 - at])
  return [...ends, ...dark].map((x) => `M${x} ${top}h1v${bottom - top}h-1z`).join('')
}
