/**
 * Draws the pictures of `RESULTS.md`, light and dark, from the Markdown tables of its sections, so
 * that a picture shows what the tables say.
 *
 * Each bar has its name and value in a line above it, so that a picture is narrow enough for a
 * telephone and no name is cut off.
 *
 * @module
 */

import { mkdirSync, writeFileSync } from 'node:fs'

interface Picture {
  /** The start of its files' names. */
  readonly file: string
  /** Whose tables it shows; it stands in the first. */
  readonly sections: readonly [string, ...string[]]
  readonly title: string
  /** The head of the column. */
  readonly column: string
  readonly unit: string
}

/** A bar: a value between its quartiles. */
interface Bar {
  readonly label: string
  readonly value: number
  readonly low: number
  readonly high: number
}

/** The bars of one table; they share a scale. */
interface BarGroup {
  readonly title: string
  readonly bars: readonly Bar[]
}

const BAD_LINE = 'upload --on bad-line'

const PICTURES: readonly Picture[] = [
  {
    file: 'signing',
    sections: ['signing'],
    title: 'CPU of one signature',
    column: 'CPU each',
    unit: 'µs',
  },
  {
    file: 'bad-line',
    sections: [BAD_LINE, `${BAD_LINE} --size 96`, `${BAD_LINE} --size 256`],
    title: 'An upload over a bad line, in seconds',
    column: 'seconds',
    unit: 's',
  },
]

/** The colors of a scheme: text has a contrast of at least 4.5, bars of 3. */
export interface Palette {
  readonly ground: string
  readonly text: string
  readonly quiet: string
  readonly ours: string
  readonly others: string
}

/** The colors of GitHub's pages. */
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

const DIRECTORY = new URL('../pictures/', import.meta.url)
/** Narrow, so that text is not too small when a telephone shows the whole width. */
const WIDTH = 480
const MARGIN = 16
const INNER = WIDTH - 2 * MARGIN
const BAR = 10
const ROW = 42

/** One line of markup, so that it is found again. */
const MARKUP = /^<picture>.*<\/picture>\n\n/gm

/** Draws a document's pictures from its tables, and puts each before the text of its section. */
export function withPictures(document: string): string {
  let shown = document.replace(MARKUP, '')
  for (const picture of PICTURES) {
    const groups = picture.sections.flatMap((name) =>
      groupsOf(sectionOf(shown, name), picture.column),
    )
    const whole = sectionOf(shown, picture.sections[0])
    if (groups.length === 0 || whole === '') continue
    mkdirSync(DIRECTORY, { recursive: true })
    for (const [scheme, palette] of Object.entries(PALETTES)) {
      const svg = barChart(picture, groups, palette)
      writeFileSync(new URL(`${picture.file}-${scheme}.svg`, DIRECTORY), svg)
    }
    const [title = '', circumstances = '', ...text] = whole.split('\n\n')
    const replaced = [title, circumstances, markupOf(picture, groups), ...text].join('\n\n')
    shown = shown.replace(whole, () => replaced)
  }
  return shown
}

/** Finds a section, with its head; empty when there is none. */
function sectionOf(document: string, name: string): string {
  return document.split(/^(?=## )/m).find((each) => each.startsWith(`## ${name}\n`)) ?? ''
}

function markupOf(picture: Picture, groups: readonly BarGroup[]): string {
  const source = (scheme: string) => `pictures/${picture.file}-${scheme}.svg`
  const dark = `<source media="(prefers-color-scheme: dark)" srcset="${source('dark')}">`
  const alt = escaped(wordsOf(picture, groups))
  const image = `<img src="${source('light')}" width="${WIDTH}" alt="${alt}">`
  return `<picture>${dark}${image}</picture>`
}

/** Reads the groups: every table with that column. */
export function groupsOf(markdown: string, column: string): BarGroup[] {
  return markdown.split(/\n\s*\n/).flatMap((block) => {
    if (!block.startsWith('|')) return []
    const [head = [], , ...rows] = block.trim().split('\n').map(cellsOf)
    const at = head.indexOf(column)
    if (at < 0) return []
    return [{ title: head[0] ?? '', bars: rows.map((row) => barOf(row, at)) }]
  })
}

function cellsOf(line: string): string[] {
  return line
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim())
}

function barOf(row: readonly string[], at: number): Bar {
  const cell = row[at] ?? ''
  const [value = Number.NaN, low = Number.NaN, high = Number.NaN] = [
    ...cell.matchAll(/\d[\d,]*(?:\.\d+)?/g),
  ].map(([digits]) => Number(digits.replaceAll(',', '')))
  if (Number.isNaN(high)) throw new TypeError(`'${cell}' is no median with its quartiles`)
  return { label: (row[0] ?? '').replaceAll('`', ''), value, low, high }
}

/** What of a picture a chart shows. */
type Plan = Pick<Picture, 'title' | 'unit'>

/** Draws a chart. */
export function barChart(plan: Plan, groups: readonly BarGroup[], palette: Palette): string {
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
export function wordsOf({ title, unit }: Plan, groups: readonly BarGroup[]): string {
  const said = groups.map(({ title, bars }) => {
    const each = bars.map(({ label, value }) => `${label} ${value.toFixed(1)} ${unit}`)
    return `${title}: ${each.join('; ')}.`
  })
  return `${title}, shorter is better. ${said.join(' ')}`
}

function row(bar: Bar, y: number, scale: number, unit: string, palette: Palette): string {
  const isOurs = bar.label.startsWith('waybill')
  const weight = isOurs ? ' font-weight="600"' : ''
  const value = `${bar.value.toFixed(1)} ${unit}`
  const end = (at: number) => (MARGIN + at * scale).toFixed(1)
  const middle = y + 8 + BAR / 2
  return [
    text(MARGIN, y, bar.label, palette.text, `font-size="15"${weight}`),
    text(WIDTH - MARGIN, y, value, palette.text, `font-size="15" text-anchor="end"${weight}`),
    `<rect x="${MARGIN}" y="${y + 8}" width="${Math.max(1, bar.value * scale).toFixed(1)}" height="${BAR}" rx="2" fill="${isOurs ? palette.ours : palette.others}"/>`,
    `<path d="M${end(bar.low)} ${middle}H${end(bar.high)}" stroke="${palette.text}" stroke-width="2"/>`,
  ].join('\n')
}

function text(x: number, y: number, words: string, fill: string, rest: string): string {
  return `<text x="${x}" y="${y}" fill="${fill}" ${rest}>${escaped(words)}</text>`
}

/** Makes a text safe in markup and in a value of an attribute. */
function escaped(words: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
  return words.replace(/[&<>"]/g, (char) => entities[char] ?? char)
}
