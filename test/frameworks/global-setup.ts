/**
 * Installs the frameworks that the root does not have, once, from their own lockfile. Tests of a
 * framework that cannot be had are skipped, and the reason is printed.
 *
 * @module
 */

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { npm } from '../../tools/npm.ts'

const PACKAGES = join(import.meta.dirname, 'packages')

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder with React 18 and Svelte; empty where they cannot be had here. */
    readonly frameworks: string
  }
}

export async function setup(project: TestProject): Promise<void> {
  const failed = await install()
  if (failed) console.log(`Skipping the tests in React 18 and Svelte: ${failed}`)
  project.provide('frameworks', failed ? '' : join(PACKAGES, 'node_modules'))
}

/** @returns Why the packages could not be installed. */
async function install(): Promise<string | undefined> {
  const installed = join(PACKAGES, 'node_modules', '.installed.json')
  const wanted = readFileSync(join(PACKAGES, 'package-lock.json'), 'utf8')
  if (existsSync(installed) && readFileSync(installed, 'utf8') === wanted) return undefined
  console.log('Installing React 18 and Svelte into test/frameworks/packages (npm ci)')
  try {
    const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
    npm(args, { cwd: PACKAGES, timeout: 120_000 })
    writeFileSync(installed, wanted)
    return undefined
  } catch (error) {
    if (process.env.CI) throw error
    return `npm ci in ${PACKAGES} failed: ${error instanceof Error ? error.message : String(error)}`
  }
}
