/**
 * Installs an example outside the repository, where it can only load its own packages.
 *
 * @module
 */

import { cpSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runStep, type Step } from '../check/run-step.ts'
import type { Example } from './description.ts'

const INSTALL_LIMIT_MS = 300_000
const BUILD_LIMIT_MS = 240_000

/** Folders that a manual run may leave in the example's folder. */
const NOT_COPIED = new Set([
  'node_modules',
  '.next',
  '.react-router',
  'build',
  '.tanstack',
  'dist',
  '.waybill',
])

/**
 * Copies an example into the folder, installs it and builds it.
 *
 * @param archives - Packages from `npm pack`, which replace the published ones.
 * @returns The path of the copy.
 */
export async function installExample(
  { name }: Example,
  folder: string,
  archives: readonly string[],
): Promise<string> {
  const home = join(folder, name)
  cpSync(join('examples', name), home, {
    recursive: true,
    filter: (path) => !NOT_COPIED.has(path.split(/[\\/]/).at(-1) ?? ''),
  })
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline']
  await demand({
    name: `${name}: npm install`,
    command: ['npm', 'install', ...quiet, ...archives],
    limitMs: INSTALL_LIMIT_MS,
    cwd: home,
  })
  if (hasBuild(home)) {
    await demand({
      name: `${name}: npm run build`,
      command: ['npm', 'run', 'build'],
      limitMs: BUILD_LIMIT_MS,
      cwd: home,
    })
  }
  return home
}

function hasBuild(home: string): boolean {
  const file = join(home, 'package.json')
  if (!existsSync(file)) throw new Error(`${home} has no package.json`)
  return 'build' in JSON.parse(readFileSync(file, 'utf8')).scripts
}

/** @throws {Error} With the step's output, if it fails. */
async function demand(step: Step): Promise<void> {
  const { green, output, seconds } = await runStep(step)
  if (!green) throw new Error(`${step.name} failed:\n${output}`)
  console.log(`  ${step.name} (${seconds.toFixed(1)} s)`)
}
