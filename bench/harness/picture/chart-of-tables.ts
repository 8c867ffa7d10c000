/**
 * Reads a chart from the Markdown tables of a section, so that a picture shows what the tables say.
 *
 * @module
 */

/** A bar: a value between its quartiles. */
export interface Bar {
  readonly label: string
  readonly value: number
  readonly low: number
  readonly high: number
}

/** The bars of one table; they share a scale. */
export interface BarGroup {
  readonly title: string
  readonly bars: readonly Bar[]
}

/** What of a section is drawn. */
export interface ChartPlan {
  readonly title: string
  /** The head of the column. */
  readonly column: string
  readonly unit: string
}

/** Reads the groups: every table with that column. */
export function groupsOf(markdown: string, column: string): BarGroup[] {
  return tablesOf(markdown).flatMap(([head = [], , ...rows]) => {
    const at = head.indexOf(column)
    if (at < 0) return []
    return [{ title: head[0] ?? '', bars: rows.map((row) => barOf(row, at)) }]
  })
}

function tablesOf(markdown: string): string[][][] {
  return markdown
    .split(/\n\s*\n/)
    .filter((block) => block.startsWith('|'))
    .map((block) => block.trim().split('\n').map(cellsOf))
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
