/**
 * Installs the runtimes in which Waybill is tested, once, from their own lockfile. The tests of a runtime that cannot
 * be had are skipped, and the reason is printed.
 *
 * @module
 */

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { npm } from '../../tools/npm.ts'
import { PACKAGES } from './home.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Programs by name. A runtime that cannot be had here is absent. */
    runtimes: { readonly [name in RuntimeName]?: string }
  }
}

const NAMES = ['node-22', 'node-26', 'bun', 'deno', 'workerd'] as const

/** The runtimes besides the Node that runs the tests. */
export type RuntimeName = (typeof NAMES)[number]

/** By `process.platform` and `process.arch`; the packages hold the program and nothing else. */
const PROGRAMS: Readonly<Record<string, Readonly<Record<RuntimeName, string>>>> = {
  'linux-x64': {
    'node-22': 'node-22-linux-x64/bin/node',
    'node-26': 'node-26-linux-x64/bin/node',
    // Without AVX2, which not every machine has.
    bun: '@oven/bun-linux-x64-baseline/bin/bun',
    deno: '@deno/linux-x64-glibc/deno',
    workerd: '@cloudflare/workerd-linux-64/bin/workerd',
  },
  'linux-arm64': {
    'node-22': 'node-22-linux-arm64/bin/node',
    'node-26': 'node-26-linux-arm64/bin/node',
    bun: '@oven/bun-linux-aarch64/bin/bun',
    deno: '@deno/linux-arm64-glibc/deno',
    workerd: '@cloudflare/workerd-linux-arm64/bin/workerd',
  },
  'darwin-x64': {
    'node-22': 'node-22-darwin-x64/bin/node',
    'node-26': 'node-26-darwin-x64/bin/node',
    bun: '@oven/bun-darwin-x64/bin/bun',
    deno: '@deno/darwin-x64/deno',
    workerd: '@cloudflare/workerd-darwin-64/bin/workerd',
  },
  'darwin-arm64': {
    'node-22': 'node-22-darwin-arm64/bin/node',
    'node-26': 'node-26-darwin-arm64/bin/node',
    bun: '@oven/bun-darwin-aarch64/bin/bun',
    deno: '@deno/darwin-arm64/deno',
    workerd: '@cloudflare/workerd-darwin-arm64/bin/workerd',
  },
}

export async function setup(project: TestProject): Promise<void> {
  const failed = await install()
  const programs: Readonly<Partial<Record<RuntimeName, string>>> =
    PROGRAMS[`${process.platform}-${process.arch}`] ?? {}
  const found = Object.entries(programs)
    .map(([name, file]) => [name, join(PACKAGES, 'node_modules', file)] as const)
    .filter(([, file]) => existsSync(file))
  if (found.length < NAMES.length) {
    const names = NAMES.filter((name) => !found.some(([other]) => other === name))
    const why = failed ?? `there is no program for ${process.platform} ${process.arch}`
    console.log(`Skipping the tests in ${names.join(', ')}: ${why}`)
  }
  project.provide('runtimes', Object.fromEntries(found))
}

/** @returns Why the packages could not be installed. */
async function install(): Promise<string | undefined> {
  const installed = join(PACKAGES, 'node_modules', '.installed.json')
  const wanted = readFileSync(join(PACKAGES, 'package-lock.json'), 'utf8')
  if (existsSync(installed) && readFileSync(installed, 'utf8') === wanted) return undefined
  console.log(
    'Installing other Nodes, Deno, Bun, workerd and frameworks into test/runtimes/packages (npm ci)',
  )
  try {
    // Their install scripts only look for the program, which `PROGRAMS` knows.
    const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
    npm(args, { cwd: PACKAGES, timeout: 300_000 })
    writeFileSync(installed, wanted)
    return undefined
  } catch (error) {
    return `npm ci in ${PACKAGES} failed: ${error instanceof Error ? error.message : String(error)}`
  }
}
