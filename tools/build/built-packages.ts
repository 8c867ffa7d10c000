/**
 * The packages as they are built, for tests: built when the sources have changed since.
 *
 * @module
 */

import { execFile } from 'node:child_process'
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'

const ROOT = resolve(import.meta.dirname, '../..')

/** The packages that are published, each after those that it needs. */
export const PACKAGES = ['waybill-s3', 'strict-s3', 'waybill', 'waybill-aws'] as const
/** The name of a package, which is its folder's too. */
export type PackageName = (typeof PACKAGES)[number]

/** Once in a process. */
let building: Promise<unknown> | undefined

/** Resolves when each `dist` is of the sources as they are. */
export async function builtPackages(): Promise<void> {
  building ??= promisify(execFile)(process.execPath, [
    join(ROOT, 'tools/build/main.ts'),
    '--if-changed',
  ])
  await building
}

/** @returns The folder of both Lambda bundles, which are the assets of all stacks. */
export async function builtLambdas(): Promise<string> {
  await builtPackages()
  return join(ROOT, 'packages/waybill-aws/dist/lambda-assets')
}

/**
 * Puts packages into a `node_modules`, as `npm install` would: what is built of each and of those
 * that it needs, and links to the libraries that they name.
 */
export async function installBuilt(modules: string, ...names: PackageName[]): Promise<void> {
  await builtPackages()
  for (const name of withNeeded(names)) {
    const home = join(ROOT, 'packages', name)
    await cp(join(home, 'dist'), join(modules, name, 'dist'), { recursive: true })
    const text = await readFile(join(home, 'package.json'), 'utf8')
    // Tests run under the condition `@waybill/source`, and Node strips no types below `node_modules`.
    await writeFile(
      join(modules, name, 'package.json'),
      text.replace(/"@waybill\/source": .*/g, ''),
    )
    const { dependencies = {} } = JSON.parse(text)
    await linkLibraries(modules, Object.keys(dependencies))
  }
}

/** @returns The packages, and those that they need. */
function withNeeded(names: readonly PackageName[]): readonly PackageName[] {
  const last = Math.max(...names.map((name) => PACKAGES.indexOf(name)))
  return PACKAGES.slice(0, last + 1)
}

/** Links libraries of this clone into a `node_modules`; packages of ours are left out. */
export async function linkLibraries(modules: string, names: readonly string[]): Promise<void> {
  for (const name of names.filter((each) => !PACKAGES.some((ours) => ours === each))) {
    const link = join(modules, name)
    await mkdir(dirname(link), { recursive: true })
    await symlink(join(ROOT, 'node_modules', name), link, 'junction').catch((error) => {
      if (error.code !== 'EEXIST') throw error
    })
  }
}
