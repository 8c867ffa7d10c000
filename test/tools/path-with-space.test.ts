/**
 * The commands of a fresh clone, from a path with a space and a percent sign. The programs that
 * they start are replaced by scripts that record their directory and arguments.
 *
 * @module
 */

import { execFileSync } from 'node:child_process'
import { chmod, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { NO_UNIX_SHELL, ON_WINDOWS } from '@waybill/test-support/windows'
import { beforeEach, describe, expect, it } from 'vitest'

const FILES = [
  'tools/setup.js',
  'tools/start.js',
  'package-lock.json',
  'demo/package-lock.json',
  'tools/node/package-lock.json',
]
const PROGRAMS = ['node_modules/.bin/npm', 'node_modules/node/bin/node']
const RECORD = '#!/bin/sh\necho "$(basename "$0") in $PWD: $*" >> "$RECORD"\n'
/** A module that does the same. */
const RECORD_MODULE = `import { appendFileSync } from 'node:fs'
import { basename } from 'node:path'
const [, script = '', ...args] = process.argv
appendFileSync(process.env.RECORD, \`\${basename(script)} in \${process.cwd()}: \${args.join(' ')}\n\`)
`

/** @returns A clone that has what the scripts read, and nothing else. */
async function cloneIn(name: string): Promise<string> {
  const parent = temporaryFolder('waybill-clone-')
  const root = join(parent, name)
  for (const file of FILES) {
    await mkdir(dirname(join(root, file)), { recursive: true })
    await copyFile(file, join(root, file))
  }
  await writeFile(join(root, 'package.json'), '{"type":"module"}')
  for (const program of PROGRAMS) {
    await mkdir(dirname(join(root, program)), { recursive: true })
    await writeFile(join(root, program), RECORD)
    await chmod(join(root, program), 0o755)
  }
  await writeFile(join(root, 'demo/start.ts'), RECORD_MODULE)
  return root
}

async function run(root: string, script: string, ...args: readonly string[]) {
  const { npm_execpath: _, ...inherited } = process.env
  const record = join(root, 'record')
  await writeFile(record, '')
  const PATH = [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter)
  const env = { ...inherited, ...npm, PATH, RECORD: record }
  execFileSync(process.execPath, [join(root, script), ...args], { cwd: tmpdir(), env })
  return (await readFile(record, 'utf8')).trim().split(/ *\n/).sort()
}

const QUIET = 'ci --ignore-scripts --no-audit --no-fund --loglevel=error'
const SUBSET =
  '--omit=dev --omit=optional --include-workspace-root --workspace=waybill-cli --workspace=@waybill/command-line'

/** What npm tells the scripts that it runs. */
let npm: { readonly npm_execpath?: string } = {}

beforeEach(({ skip }) => {
  skip(ON_WINDOWS, NO_UNIX_SHELL)
  npm = {}
})

describe.each(['a b', '100%25 é'])("a clone in '%s'", (name) => {
  it('installs what npm start needs, once, and starts waybill dev', async () => {
    const root = await cloneIn(name)
    const install = [`npm in ${root}: ${QUIET} ${SUBSET}`, `npm in ${root}: ${QUIET} --prefix demo`]
    const start = `start.ts in ${root}: --port 0`
    expect(await run(root, 'tools/start.js', '--port', '0')).toEqual([...install, start].sort())
    expect(await run(root, 'tools/start.js', '--port', '0')).toEqual([start])
    await writeFile(join(root, 'demo/package-lock.json'), '{}')
    expect(await run(root, 'tools/start.js', '--port', '0')).toEqual([...install, start].sort())
  })

  it('starts with a complete install, and renews it if the lockfile has changed', async () => {
    const root = await cloneIn(name)
    const installed = join(root, 'node_modules', '.package-lock.json')
    const { '': _, ...packages } = JSON.parse(await readFile('package-lock.json', 'utf8')).packages
    await writeFile(installed, JSON.stringify({ packages }))
    const start = `start.ts in ${root}:`
    expect(await run(root, 'tools/start.js')).toEqual([start])

    const { 'node_modules/esbuild': _removed, ...rest } = packages
    await writeFile(installed, JSON.stringify({ packages: rest }))
    const install = `npm in ${root}: ci --no-fund --no-audit --loglevel=error`
    expect(await run(root, 'tools/start.js')).toEqual([install, start])
  })

  // On Windows npm is a script for the shell, which would read the arguments once more.
  it('runs the npm that started it, without a shell', async () => {
    const root = await cloneIn(name)
    const script = join(root, 'npm-cli.js')
    await writeFile(script, RECORD_MODULE)
    npm = { npm_execpath: script }
    expect(await run(root, 'tools/start.js')).toContain(
      `npm-cli.js in ${root}: ${QUIET} --prefix demo`,
    )
  })
})
