/**
 * The package as it is built, for tests. `npm run check` has just built it when they begin, and
 * says so (`WAYBILL_BUILT`). A suite that runs by itself builds what it needs, of the sources as
 * they are now.
 *
 * @module
 */

import { execFile } from 'node:child_process'
import { cp, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { buildDemo } from './demo.ts'
import { bundleElement } from './element.ts'
import { buildLambdas } from './lambdas.ts'

const run = promisify(execFile)
const ROOT = resolve(import.meta.dirname, '../..')
const DIST = join(ROOT, 'dist')

/** Whether `dist` is of these sources. */
const isBuilt = process.env.WAYBILL_BUILT !== undefined

/** Writes what the package has in `dist` to a folder. */
export async function builtPackage(outDir: string): Promise<void> {
  if (isBuilt) return cp(DIST, outDir, { recursive: true })
  // The compiler and the bundler find their libraries beside the sources.
  const staged = join(ROOT, '.test', `package-${process.pid}`)
  const project = ['-p', join(ROOT, 'tsconfig.build.json')]
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
  await run(process.execPath, [tsc, ...project, '--outDir', staged])
  await bundleElement(staged)
  await buildLambdas(join(staged, 'lambda-assets'))
  await cp(staged, outDir, { recursive: true })
  await rm(staged, { recursive: true })
}

/** Once in a process, by promise. */
const once: { lambdas?: Promise<unknown>; demo?: Promise<unknown> } = {}

/** @returns The folder of both Lambda bundles, which are the assets of all stacks. */
export async function builtLambdas(): Promise<string> {
  once.lambdas ??= isBuilt ? Promise.resolve() : buildLambdas()
  await once.lambdas
  return join(DIST, 'lambda-assets')
}

/** Resolves when the page of the demo is in `dist/demo`. */
export async function builtDemo(): Promise<void> {
  once.demo ??= isBuilt ? Promise.resolve() : buildDemo()
  await once.demo
}
