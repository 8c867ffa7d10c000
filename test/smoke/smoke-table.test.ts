/**
 * The table of `waybill smoke`: one row a point, whatever came back.
 *
 * @module
 */

import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { createTerminal } from '../../packages/command-line/src/terminal.ts'
import { printRow } from '../../packages/waybill/src/cli/smoke/smoke-table.ts'

it('keeps what came back on one line', () => {
  const stdout = new PassThrough()
  const terminal = createTerminal(stdout, new PassThrough())
  const came = '500 gone\n 9  ok        Forged\u001b[2J'
  printRow(terminal, {
    name: '1',
    title: 'A point',
    sent: 'GET /',
    came,
    verdict: 'as expected',
    change: 'nothing',
  })
  const printed = String(stdout.read())
  expect(printed.split('\n')).toHaveLength(4)
  expect(printed).toContain('500 gone\\u000a 9  ok        Forged\\u001b[2J')
})
