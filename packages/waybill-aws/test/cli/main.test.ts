/**
 * The program at the command line: help, version, and what it does with a line that it does not understand.
 *
 * @module
 */

import { startProgram } from '@waybill/test-support/waybill-process'
import { describe, expect, it } from 'vitest'
import PACKAGE from '../../package.json' with { type: 'json' }

async function run(...args: readonly string[]) {
  const started = startProgram('waybill-aws', args)
  const code = await started.exit
  return { code, stdout: started.stdout(), stderr: started.stderr() }
}

describe('waybill-aws', () => {
  it('lists its commands, and explains every option of one', async () => {
    const { code, stdout, stderr } = await run('--help')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    for (const command of ['template', 'redrive', 'rescan'])
      expect(stdout).toContain(`  ${command}`)
    const help = (await run('template', '--help')).stdout
    const options = ['--out <directory>', '--front [cloudfront|domain]', '--read  ', '--help']
    for (const option of options) expect(help).toContain(option)
  })

  it('says its version', async () => {
    const stdout = `${PACKAGE.version}\n`
    expect(await run('--version')).toEqual({ code: 0, stdout, stderr: '' })
  })

  it.each([
    [['template', '--read=on'], "option '--read' does not take an argument"],
    [['redrives'], "unknown command 'redrives', did you mean 'redrive'? See waybill-aws --help"],
  ])('ends with code 2 and says why for %j', async (args, message) => {
    const { code, stdout, stderr } = await run(...args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(`waybill-aws: ${message}`)
  })
})
