/**
 * The table of `waybill smoke`: one row a point, whatever came back.
 *
 * @module
 */

import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { createTerminal } from '../../packages/command-line/src/terminal.ts'
import { printRow } from '../../packages/waybill-cli/src/smoke/smoke-table.ts'

const ROW = { name: '1', title: 'A point', sent: 'GET /', came: '200', change: 'nothing' }

it.each([
  ['as expected', '\u001b[32mok      \u001b[39m'],
  ['differs', '\u001b[31mDIFFERS \u001b[39m'],
  ['not seen', '\u001b[33mnot seen\u001b[39m'],
] as const)('has a color for %s on a terminal', (verdict, mark) => {
  const stdout = Object.assign(new PassThrough(), { isTTY: true, getColorDepth: () => 8 })
  printRow(createTerminal(stdout, new PassThrough()), { ...ROW, verdict })
  expect(String(stdout.read())).toContain(` 1  ${mark}  A point\n`)
})

it('keeps what came back on one line', () => {
  const stdout = new PassThrough()
  const terminal = createTerminal(stdout, new PassThrough())
  const came = '500 gone\n 9  ok        Forged\u001b[2J'
  printRow(terminal, { ...ROW, came, verdict: 'as expected' })
  const printed = String(stdout.read())
  expect(printed.split('\n')).toHaveLength(4)
  expect(printed).toContain('500 gone\\u000a 9  ok        Forged\\u001b[2J')
})
