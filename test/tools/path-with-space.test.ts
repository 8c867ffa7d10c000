/**
 * The commands of a fresh clone, from a path with a space and a percent sign. The programs that
 * they start are replaced by scripts that print their directory and arguments.
 *
 * @module
 */

import { execFileSync } from 'node:child_process'
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { NO_UNIX_SHELL, ON_WINDOWS } from '@waybill/test-support/windows'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'

const FILES = [
  'tools/setup.js',
  'tools/start.js',
  'infra/command.js',
  'infra/region.js',
  'package-lock.json',
]
const PROGRAMS = ['node_modules/.bin/npm', 'node_modules/node/bin/node']
const SAY = '#!/bin/sh\necho "$(basename "$0") in $PWD: $*"\n'

/** @returns A clone that has what the scripts read, and nothing else. */
async function cloneIn(name: string): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), 'waybill-clone-'))
  onTestFinished(() => rm(parent, { recursive: true }))
  const root = join(parent, name)
  for (const file of FILES) {
    await mkdir(dirname(join(root, file)), { recursive: true })
    await copyFile(file, join(root, file))
  }
  await writeFile(join(root, 'package.json'), '{"type":"module"}')
  for (const program of PROGRAMS) {
    await mkdir(dirname(join(root, program)), { recursive: true })
    await writeFile(join(root, program), SAY)
    await chmod(join(root, program), 0o755)
  }
  return root
}

function run(root: string, script: string, ...args: readonly string[]): readonly string[] {
  const { npm_execpath: _, ...inherited } = process.env
  const env = { ...inherited, ...npm, AWS_REGION: 'eu-west-1' }
  const options = { cwd: tmpdir(), encoding: 'utf8', env } as const
  const said = execFileSync(process.execPath, [join(root, script), ...args], options)
  return said.split('\n').filter((line) => line.includes(' in '))
}

const BUILD = 'run --silent build -- --if-changed'

/** What npm tells the scripts that it runs. */
let npm: { readonly npm_execpath?: string } = {}

beforeEach(({ skip }) => {
  skip(ON_WINDOWS, NO_UNIX_SHELL)
  npm = {}
})

describe.each(['a b', '100%25 é'])("a clone in '%s'", (name) => {
  it('installs, builds and starts waybill dev in itself', async () => {
    const root = await cloneIn(name)
    const install = 'ci --no-fund --no-audit --loglevel=error'
    const first = run(root, 'tools/start.js', '--port', '0')
    expect(first).toEqual([
      `npm in ${root}: ${install}`,
      `npm in ${root}: ${BUILD}`,
      `node in ${root}: packages/waybill/dist/cli/main.js dev --port 0`,
    ])
    const start = [
      `npm in ${root}: ${BUILD}`,
      `node in ${root}: packages/waybill/dist/cli/main.js dev`,
    ]
    const installed = join(root, 'node_modules', '.package-lock.json')
    const { '': _, ...packages } = JSON.parse(await readFile('package-lock.json', 'utf8')).packages
    await writeFile(installed, JSON.stringify({ packages }))
    expect(run(root, 'tools/start.js')).toEqual(start)

    const { 'node_modules/esbuild': _removed, ...rest } = packages
    await writeFile(installed, JSON.stringify({ packages: rest }))
    expect(run(root, 'tools/start.js')).toEqual([`npm in ${root}: ${install}`, ...start])
  })

  it('runs cdk in its infra', async () => {
    const root = await cloneIn(name)
    expect(run(root, 'infra/command.js', 'deploy', '--profile', 'me').slice(1)).toEqual([
      `npm in ${root}: ${BUILD}`,
      `node in ${join(root, 'infra')}: ${join(root, 'node_modules/aws-cdk/bin/cdk')} deploy --profile me`,
    ])
  })

  // On Windows npm is a script for the shell, which would read the arguments once more.
  it('runs the npm that started it, without a shell', async () => {
    const root = await cloneIn(name)
    const script = join(root, 'npm-cli.js')
    await writeFile(
      script,
      "console.log('own npm in', process.cwd() + ':', process.argv.slice(2).join(' '))",
    )
    npm = { npm_execpath: script }
    expect(run(root, 'tools/start.js')[1]).toBe(`own npm in ${root}: ${BUILD}`)
  })
})
