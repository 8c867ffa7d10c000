/**
 * Provides tests with up-to-date builds of the packages.
 *
 * @module
 */

import { execFile } from 'node:child_process'
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'

const ROOT = resolve(import.meta.dirname, '../..')

/** The published packages, each after the packages that it depends on. */
export const PACKAGES = [
  'waybill-s3',
  'strict-s3',
  'waybill',
  'waybill-aws',
  'waybill-cli',
] as const
export type PackageName = (typeof PACKAGES)[number]

let building: Promise<unknown> | undefined

/** Resolves once each package's `dist` matches its sources. */
export async function builtPackages(): Promise<void> {
  building ??= promisify(execFile)(process.execPath, [
    join(ROOT, 'tools/build/main.ts'),
    '--if-changed',
  ])
  await building
}

export async function builtLambdas(): Promise<string> {
  await builtPackages()
  return join(ROOT, 'packages/waybill-aws/dist/lambda-assets')
}

/**
 * Installs packages into a `node_modules` folder as npm would: their built files, the packages that
 * they depend on, and links to libraries.
 */
export async function installBuilt(modules: string, ...names: PackageName[]): Promise<void> {
  await builtPackages()
  for (const name of withNeeded(names)) {
    const home = join(ROOT, 'packages', name)
    await cp(join(home, 'dist'), join(modules, name, 'dist'), { recursive: true })
    const text = await readFile(join(home, 'package.json'), 'utf8')
    // Remove the `@waybill/source` condition, under which tests run, because Node does not strip
    // types inside `node_modules`.
    await writeFile(
      join(modules, name, 'package.json'),
      text.replace(/"@waybill\/source": .*/g, ''),
    )
    const { dependencies = {} } = JSON.parse(text)
    await linkLibraries(modules, Object.keys(dependencies))
  }
}

/** Adds the packages that these depend on, which come earlier in the list. */
function withNeeded(names: readonly PackageName[]): readonly PackageName[] {
  const last = Math.max(...names.map((name) => PACKAGES.indexOf(name)))
  return PACKAGES.slice(0, last + 1)
}

/** Links this clone's libraries into a `node_modules` folder. Skips our own packages. */
export async function linkLibraries(modules: string, names: readonly string[]): Promise<void> {
  for (const name of names.filter((each) => !PACKAGES.some((ours) => ours === each))) {
    const link = join(modules, name)
    await mkdir(dirname(link), { recursive: true })
    await symlink(join(ROOT, 'node_modules', name), link, 'junction').catch((error) => {
      if (error.code !== 'EEXIST') throw error
    })
  }
}
