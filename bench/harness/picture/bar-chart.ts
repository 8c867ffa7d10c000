/**
 * Draws bars as SVG. Each has its name and value in a line above it, so that a picture is narrow
 * enough for a telephone and no name is cut off.
 *
 * @module
 */

import type { Bar, BarGroup, ChartPlan } from './chart-of-tables.ts'

/** The colours of a scheme: text has a contrast of at least 4.5, bars of 3. */
export interface Palette {
  readonly ground: string
  readonly text: string
  readonly quiet: string
  readonly ours: string
  readonly others: string
}

/** The colours of GitHub's pages. */
export const PALETTES: Readonly<Record<'light' | 'dark', Palette>> = {
  light: {
    ground: '#ffffff',
    text: '#1f2328',
    quiet: '#59636e',
    ours: '#0969da',
    others: '#818b98',
  },
  dark: {
    ground: '#0d1117',
    text: '#f0f6fc',
    quiet: '#9198a1',
    ours: '#4493f8',
    others: '#656c76',
  },
}

/** Narrow, so that text is not too small when a telephone shows the whole width. */
export const WIDTH = 480
const MARGIN = 16
const INNER = WIDTH - 2 * MARGIN
const BAR = 10
const ROW = 42

/** Draws a chart. */
export function barChart(plan: ChartPlan, groups: readonly BarGroup[], palette: Palette): string {
  const shapes: string[] = []
  let y = MARGIN + 18
  shapes.push(text(MARGIN, y, plan.title, palette.text, 'font-size="18" font-weight="600"'))
  y += 22
  const note = 'Median; the line spans the quartiles. Shorter is better.'
  shapes.push(text(MARGIN, y, note, palette.quiet, 'font-size="14"'))
  for (const { title, bars } of groups) {
    y += 40
    shapes.push(text(MARGIN, y, title, palette.text, 'font-size="16" font-weight="600"'))
    const scale = INNER / Math.max(...bars.map(({ high }) => high))
    y += 26
    for (const bar of bars) {
      shapes.push(row(bar, y, scale, plan.unit, palette))
      y += ROW
    }
    y -= ROW - 16
  }
  const height = y + MARGIN
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title desc" font-family="system-ui, -apple-system, 'Segoe UI', 'Noto Sans', Helvetica, Arial, sans-serif">
<title id="title">${escaped(plan.title)}</title>
<desc id="desc">${escaped(wordsOf(plan, groups))}</desc>
<rect width="${WIDTH}" height="${height}" rx="6" fill="${palette.ground}"/>
${shapes.join('\n')}
</svg>
`
}

/** Says what a chart shows, for those who do not see it. */
export function wordsOf({ title, unit }: ChartPlan, groups: readonly BarGroup[]): string {
  const said = groups.map(({ title, bars }) => {
    const each = bars.map(({ label, value }) => `${label} ${shown(value, unit)}`)
    return `${title}: ${each.join('; ')}.`
  })
  return `${title}, shorter is better. ${said.join(' ')}`
}

function row(bar: Bar, y: number, scale: number, unit: string, palette: Palette): string {
  const isOurs = bar.label.startsWith('waybill')
  const weight = isOurs ? ' font-weight="600"' : ''
  const value = shown(bar.value, unit)
  const end = (at: number) => (MARGIN + at * scale).toFixed(1)
  const middle = y + 8 + BAR / 2
  return [
    text(MARGIN, y, bar.label, palette.text, `font-size="15"${weight}`),
    text(WIDTH - MARGIN, y, value, palette.text, `font-size="15" text-anchor="end"${weight}`),
    `<rect x="${MARGIN}" y="${y + 8}" width="${Math.max(1, bar.value * scale).toFixed(1)}" height="${BAR}" rx="2" fill="${isOurs ? palette.ours : palette.others}"/>`,
    `<path d="M${end(bar.low)} ${middle}H${end(bar.high)}" stroke="${palette.text}" stroke-width="2"/>`,
  ].join('\n')
}

function shown(value: number, unit: string): string {
  return `${value.toFixed(1)} ${unit}`
}

function text(x: number, y: number, words: string, fill: string, rest: string): string {
  return `<text x="${x}" y="${y}" fill="${fill}" ${rest}>${escaped(words)}</text>`
}

/** Makes a text safe in markup and in a value of an attribute. */
export function escaped(words: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
  return words.replace(/[&<>"]/g, (char) => entities[char] ?? char)
}
