const SVG = 'http://www.w3.org/2000/svg'

export interface BarCode {
  readonly element: SVGSVGElement
  /**
   * @param hex - The signed hash, or `undefined` to draw nothing.
   * @param sent - A different hash, drawn in the lower half.
   */
  draw(hex: string | undefined, sent?: string): void
  /** Draws one bar for each part of a file that has no signed hash. */
  drawParts(count: number): void
}

export function createBarCode(): BarCode {
  const svg = document.createElementNS(SVG, 'svg')
  svg.setAttribute('class', 'bar-code')
  svg.setAttribute('preserveAspectRatio', 'none')
  svg.setAttribute('aria-hidden', 'true')
  const [signed, sent] = ['signed', 'sent'].map((name, row) => {
    const path = document.createElementNS(SVG, 'path')
    path.setAttribute('class', name)
    path.setAttribute('transform', `translate(0 ${row})`)
    svg.append(path)
    return path
  })
  return {
    element: svg,
    draw: (hex, other) => {
      svg.setAttribute('viewBox', `0 0 72 ${other ? 2 : 1}`)
      signed?.setAttribute('d', hex ? barCodePath(hex) : '')
      sent?.setAttribute('d', other ? barCodePath(other) : '')
    },
    drawParts: (count) => {
      const bars = Array.from({ length: count }, (_, index) => `M${5 * index} 0h4v1h-4z`)
      svg.setAttribute('viewBox', `0 0 ${5 * count - 1} 1`)
      signed?.setAttribute('d', bars.join(''))
      sent?.setAttribute('d', '')
    },
  }
}

/**
 * Draws a path for `viewBox="0 0 72 1"`: one module for each of the hash's first 64 bits, between
 * two bars at each end.
 */
function barCodePath(hex: string): string {
  const bits = BigInt(`0x${hex.slice(0, 16)}`).toString(2)
  const modules = `1010${bits.padStart(64, '0')}0101`
  return [...modules.matchAll(/1+/g)]
    .map(({ 0: { length }, index }) => `M${index} 0h${length}v1h-${length}z`)
    .join('')
}
