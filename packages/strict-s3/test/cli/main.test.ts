/**
 * The program at the command line: help, version, and what it does with a line that it does not understand.
 *
 * @module
 */

import { startProgram } from '@waybill/test-support/waybill-process'
import { describe, expect, it } from 'vitest'
import PACKAGE from '../../package.json' with { type: 'json' }

async function run(...args: readonly string[]) {
  const started = startProgram('strict-s3', args)
  const code = await started.exit
  return { code, stdout: started.stdout(), stderr: started.stderr() }
}

describe('strict-s3', () => {
  it('explains every option', async () => {
    const { code, stdout, stderr } = await run('--help')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/Usage: strict-s3 \[health.*\] \[options\]/)
    for (const option of ['--port', '--dir', '--config', '--help']) expect(stdout).toContain(option)
  })

  it('says its version', async () => {
    const stdout = `${PACKAGE.version}\n`
    expect(await run('--version')).toEqual({ code: 0, stdout, stderr: '' })
  })

  it('knows the command that was meant', async () => {
    const { code, stderr } = await run('helth')
    expect(code).toBe(2)
    expect(stderr).toContain("unexpected argument 'helth', did you mean 'health'?")
  })

  it('ends with code 2 and says why for an option that it does not have', async () => {
    const { code, stdout, stderr } = await run('--rules', 'x.ts')
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toBe("strict-s3: unknown option '--rules'. See strict-s3 --help\n")
  })
})
