/**
 * The package as it was when the formats were fixed, and as it is now: both unpacked where no
 * source is.
 *
 * @module
 */

import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { installBuilt, linkLibraries } from '../../tools/build/built-packages.ts'

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

/** Builds the present code, and installs both packages. */
export async function installPackages(): Promise<Packages> {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-compat-'))
  const [old, now] = await Promise.all([
    unpack(FORMATS_1, join(folder, 'old')),
    installPresent(join(folder, 'now')),
  ])
  return { old, now, remove: () => rm(folder, { recursive: true, force: true }) }
}

async function unpack(archive: string, folder: string): Promise<Installed> {
  const modules = join(folder, 'node_modules')
  const home = join(modules, 'waybill')
  await mkdir(home, { recursive: true })
  // In its folder: GNU tar takes the drive of a path on Windows for a host.
  await run('tar', ['-xzf', relative(home, archive), '--strip-components=1'], { cwd: home })
  const { dependencies } = JSON.parse(await readFile(join(home, 'package.json'), 'utf8'))
  await linkLibraries(modules, Object.keys(dependencies))
  return installed(home)
}

async function installPresent(folder: string): Promise<Installed> {
  const modules = join(folder, 'node_modules')
  await installBuilt(modules, 'waybill')
  return installed(join(modules, 'waybill'))
}

async function installed(home: string): Promise<Installed> {
  const { exports } = JSON.parse(await readFile(join(home, 'package.json'), 'utf8'))
  return {
    load: (room) => {
      const target = exports[`./${room}`]
      const path = typeof target === 'string' ? target : target.default
      return import(pathToFileURL(join(home, path)).href)
    },
  }
}
