/**
 * `npm run pack`: writes the packages' archives to `packs/` as `npm publish` would send them, and
 * prints the command that installs all of them.
 *
 * @module
 */

import { mkdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PACKAGES, type PackageName } from './build/built-packages.ts'
import { npm } from './npm.ts'

/**
 * The install command in all pages until the packages are released. Run it in a folder next to a
 * clone. It names archives rather than packages, so npm installs none of them from a registry. (npm
 * 11 does look up `waybill-s3`, which `strict-s3` depends on, but then uses the archive regardless
 * of the response.) The shell must expand `*`.
 */
export const INSTALL = 'npm install ../waybill/packs/*.tgz'

const ROOT = resolve(import.meta.dirname, '..')

export function packInto(folder: string): Readonly<Record<PackageName, string>> {
  const archives = PACKAGES.map((name) => {
    const args = ['pack', '--silent', '--pack-destination', folder]
    const printed = npm(args, { cwd: join(ROOT, 'packages', name) })
    return [name, join(folder, printed.split('\n').at(-1) ?? '')] as const
  })
  return Object.fromEntries(archives) as Record<PackageName, string>
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = join(ROOT, 'packs')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  const archives = Object.values(packInto(folder))
  const quoted = archives.map((path) => (/\s/.test(path) ? `"${path}"` : path))
  console.log('Install all of them with one command. npm looks for any that you leave out, or that')
  console.log('has another version, in its registry, where they are not yet (E404).\n')
  console.log(`In a folder next to this clone:\n\n${INSTALL}\n\nAnywhere, in any shell:\n`)
  console.log(`npm install ${quoted.join(' ')}`)
}
