import { readFile } from 'node:fs/promises'
import { startProgram } from '@waybill/test-support/waybill-process'
import { describe, expect, it } from 'vitest'
import PACKAGE from '../../package.json' with { type: 'json' }
import { S3_SECTIONS } from '../../src/cli/s3-settings.ts'

async function run(...args: readonly string[]) {
  const started = startProgram('strict-s3', args)
  const code = await started.exit
  return { code, stdout: started.stdout(), stderr: started.stderr() }
}

describe('strict-s3', () => {
  it('explains every option', async () => {
    const { code, stdout, stderr } = await run('--help')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^Usage: strict-s3 \[options\]\n {7}strict-s3 <command> \[options\]$/m)
    for (const option of ['--port', '--dir', '--config', '--help']) expect(stdout).toContain(option)
  })

  it('prints its version', async () => {
    const stdout = `${PACKAGE.version}\n`
    expect(await run('--version')).toEqual({ code: 0, stdout, stderr: '' })
  })

  it.each([
    [['version'], "unknown command 'version', did you mean '--version'? See strict-s3 --help"],
    [['--verison'], "unknown option '--verison', did you mean '--version'? See strict-s3 --help"],
    [
      ['--memory', 'health'],
      "unexpected argument 'health': put the command first, before any options.",
    ],
  ])('exits with code 2 and an explanation for %j', async (args, message) => {
    const { code, stdout, stderr } = await run(...args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(`strict-s3: ${message}`)
  })
})

const MANUAL = new URL('../../docs/command-line.md', import.meta.url)

/** The options of `text`, each with its variables, by section. */
function sectionsOf(text: string, section: RegExp, row: RegExp) {
  const [, ...parts] = text.split(section)
  return parts.flatMap((title, index) => {
    const rows = index % 2 === 0 ? (parts[index + 1] ?? '').matchAll(row) : []
    const options = [...rows].map(([, option, variables = '']) => [option, variables])
    return options.length > 0 ? [[title, options]] : []
  })
}

describe('the options', () => {
  const expected = Object.entries(S3_SECTIONS).map(([title, options]) => [
    title,
    Object.entries(options).map(([name, { env }]) => [name, env.join(', ')]),
  ])

  it('are listed in the help with their variables, by section', async () => {
    const { stdout } = await run('--help')
    const row = /^ {2}--([\w-]+)(?: [<[]\S+[>\]])? +([A-Z_\d, ]+)$/gm
    expect(sectionsOf(stdout, /^(\w.*):\n/m, row)).toEqual(expected)
  })

  it('are listed in the manual with their variables, by section', async () => {
    const manual = await readFile(MANUAL, 'utf8')
    const [section = ''] = manual.replaceAll('`', '').split('\n## Key pairs')
    expect(sectionsOf(section, /^### (.+)\n/m, /^\| --([\w-]+) \| ([A-Z_\d, ]+) \|/gm)).toEqual(
      expected,
    )
  })
})
