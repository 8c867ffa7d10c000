/**
 * Draws the pictures of `RESULTS.md`: which sections have one, their files, and the markup.
 *
 * @module
 */

import { mkdirSync, writeFileSync } from 'node:fs'
import { barChart, escaped, PALETTES, WIDTH, wordsOf } from './bar-chart.ts'
import { type BarGroup, type ChartPlan, groupsOf } from './chart-of-tables.ts'

interface Picture extends ChartPlan {
  /** The start of its files' names. */
  readonly file: string
  /** Whose tables it shows; it stands in the first. */
  readonly sections: readonly [string, ...string[]]
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

const DIRECTORY = new URL('../../pictures/', import.meta.url)

/** One line of markup, so that it is found again. */
const MARKUP = /^<picture>.*<\/picture>\n\n/gm

/** Draws a document's pictures from its tables, and puts each before the text of its section. */
export function withPictures(document: string): string {
  let shown = document.replace(MARKUP, '')
  for (const picture of PICTURES) {
    const groups = picture.sections.flatMap((name) =>
      groupsOf(sectionOf(shown, name), picture.column),
    )
    const [section] = picture.sections
    const whole = sectionOf(shown, section)
    if (groups.length === 0 || whole === '') continue
    drawFiles(picture, groups)
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

function drawFiles(picture: Picture, groups: readonly BarGroup[]): void {
  mkdirSync(DIRECTORY, { recursive: true })
  for (const [scheme, palette] of Object.entries(PALETTES)) {
    const svg = barChart(picture, groups, palette)
    writeFileSync(new URL(`${picture.file}-${scheme}.svg`, DIRECTORY), svg)
  }
}

function markupOf(picture: Picture, groups: readonly BarGroup[]): string {
  const source = (scheme: string) => `pictures/${picture.file}-${scheme}.svg`
  const dark = `<source media="(prefers-color-scheme: dark)" srcset="${source('dark')}">`
  const alt = escaped(wordsOf(picture, groups))
  const image = `<img src="${source('light')}" width="${WIDTH}" alt="${alt}">`
  return `<picture>${dark}${image}</picture>`
}
