/**
 * Draws the pictures of `RESULTS.md`: which sections have one, their files, and the markup.
 *
 * @module
 */

import { mkdirSync, writeFileSync } from 'node:fs'
import { barChart, escaped, PALETTES, WIDTH, wordsOf } from './bar-chart.ts'
import { type ChartPlan, groupsOf } from './chart-of-tables.ts'

interface Picture extends ChartPlan {
  /** The start of its files' names. */
  readonly file: string
}

/** By section. */
const PICTURES: Readonly<Record<string, Picture>> = {
  signing: { file: 'signing', title: 'CPU of one signature', column: 'CPU each', unit: 'µs' },
  'upload --on bad-line': {
    file: 'bad-line',
    title: 'An upload over a bad line, in seconds',
    column: 'seconds',
    unit: 's',
  },
}

const DIRECTORY = new URL('../../pictures/', import.meta.url)

/** One line of markup, so that it is found again. */
const MARKUP = /^<picture>.*<\/picture>\n\n/m

/**
 * Draws the picture of a section that has one, and puts it before the text.
 *
 * @param text - The Markdown of the section, without its head.
 */
export function withPicture(section: string, text: string): string {
  const plain = text.replace(MARKUP, '')
  const picture = PICTURES[section]
  if (!picture) return plain
  const groups = groupsOf(plain, picture.column)
  mkdirSync(DIRECTORY, { recursive: true })
  for (const [scheme, palette] of Object.entries(PALETTES)) {
    const svg = barChart(picture, groups, palette)
    writeFileSync(new URL(`${picture.file}-${scheme}.svg`, DIRECTORY), svg)
  }
  const source = (scheme: string) => `pictures/${picture.file}-${scheme}.svg`
  const dark = `<source media="(prefers-color-scheme: dark)" srcset="${source('dark')}">`
  const alt = escaped(wordsOf(picture, groups))
  const image = `<img src="${source('light')}" width="${WIDTH}" alt="${alt}">`
  return `<picture>${dark}${image}</picture>\n\n${plain}`
}
