/**
 * The package as it was when the formats were fixed, and as it is now: both unpacked where no
 * source is.
 *
 * @module
 */

import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { builtPackage } from '../../tools/build/built-package.ts'
import { npm } from '../../tools/npm.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const FORMATS_1 = join(import.meta.dirname, 'formats-1.tgz')

const run = promisify(execFile)

export type Room = 'client' | 'signer' | 'node' | 'arrival'

/** An unpacked package. */
export interface Installed {
  /** Imports one of its subpaths, whatever that exports. */
  readonly load: (room: Room) => Promise<unknown>
}

export interface Packages {
  readonly old: Installed
  readonly now: Installed
  readonly remove: () => Promise<void>
}

/** Builds and packs the present code, and installs both packages. */
export async function installPackages(): Promise<Packages> {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-compat-'))
  const [old, now] = await Promise.all([
    install(FORMATS_1, join(folder, 'old')),
    packPresent(join(folder, 'staged')).then((archive) => install(archive, join(folder, 'now'))),
  ])
  return { old, now, remove: () => rm(folder, { recursive: true, force: true }) }
}

/** @returns The archive that `npm pack` makes of what is built from the source as it is now. */
async function packPresent(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  await builtPackage(join(folder, 'dist'))
  await cp(join(ROOT, 'package.json'), join(folder, 'package.json'))
  const pack = ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder]
  return join(folder, npm(pack, { cwd: folder }))
}

async function install(archive: string, folder: string): Promise<Installed> {
  const modules = join(folder, 'node_modules')
  const home = join(modules, 'waybill')
  await mkdir(home, { recursive: true })
  // In its folder: GNU tar takes the drive of a path on Windows for a host.
  await run('tar', ['-xzf', relative(home, archive), '--strip-components=1'], { cwd: home })
  const { dependencies, exports } = JSON.parse(await readFile(join(home, 'package.json'), 'utf8'))
  for (const name of Object.keys(dependencies)) {
    await mkdir(dirname(join(modules, name)), { recursive: true })
    await symlink(join(ROOT, 'node_modules', name), join(modules, name), 'junction')
  }
  return {
    load: (room) => {
      const target = exports[`./${room}`]
      const path = typeof target === 'string' ? target : target.default
      return import(pathToFileURL(join(home, path)).href)
    },
  }
}
