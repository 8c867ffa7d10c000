/**
 * Prints, at the end of `npm run test:engines`, which scenario passed in which engine and how long it
 * took; what an engine lacks is named below the table.
 *
 * @module
 */

import type { Reporter, TestCase, TestModule } from 'vitest/node'
import { ENGINES, type Engine } from './engines.ts'

type EngineName = Engine['name']

const NAMES: readonly EngineName[] = ['chromium', 'firefox', 'webkit']
const INSIDE = 'what runs inside the browser'

/** One scenario in one engine, or all tests inside of it. */
interface Cell {
  passed: number
  failed: number
  readonly skipped: string[]
  ms: number
}

export class EngineTable implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const rows = new Map<string, Map<EngineName, Cell>>()
    for (const module of modules) {
      for (const test of module.children.allTests()) count(rows, test)
    }
    console.log(`\n${print(rows)}`)
  }
}

function count(rows: Map<string, Map<EngineName, Cell>>, test: TestCase): void {
  const { project, parent, name } = test
  // Vitest calls it `firefox (firefox)`: the project, and its only browser.
  const inside = NAMES.find((one) => project.name.startsWith(`${one} `) || project.name === one)
  const title = inside ?? (parent.type === 'suite' ? parent.name : '')
  const engine = NAMES.find((one) => title.endsWith(one))
  if (!engine) return // of the tools of these tests
  const row = inside ? INSIDE : name
  const cells = rows.get(row) ?? new Map<EngineName, Cell>()
  const cell = cells.get(engine) ?? { passed: 0, failed: 0, skipped: [], ms: 0 }
  rows.set(row, cells.set(engine, cell))
  const result = test.result()
  if (result.state === 'passed') cell.passed += 1
  else if (result.state === 'skipped') cell.skipped.push(`${name}: ${result.note ?? 'not chosen'}`)
  else cell.failed += 1
  cell.ms += test.diagnostic()?.duration ?? 0
}

function print(rows: ReadonlyMap<string, ReadonlyMap<EngineName, Cell>>): string {
  const notes: string[] = []
  const table = [...rows].map(([row, cells]) => [
    row,
    ...NAMES.map((name) => spell(cells.get(name), name, notes)),
  ])
  const lines = [['', ...NAMES], ...table]
  const widths = [0, ...NAMES.map((_, index) => index + 1)].map((column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  )
  const text = lines.map((line) => line.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('   '))
  const absent = ENGINES.flatMap(({ name, lacks }) =>
    lacks ? [`${name} was skipped: ${lacks}`] : [],
  )
  return [...text, ...notes, ...absent].join('\n')
}

function spell(cell: Cell | undefined, name: EngineName, notes: string[]): string {
  if (!cell) return '–'
  const { passed, failed, skipped, ms } = cell
  if (passed + failed === 0) return '–'
  const marks = skipped.map((why) => `[${notes.push(`[${notes.length + 1}] ${name}, ${why}`)}]`)
  const result = failed > 0 ? `✗ ${failed} failed` : passed > 1 ? `✓ ${passed}` : '✓'
  return [result, `${(ms / 1000).toFixed(1)} s`, ...marks].join(' ')
}
