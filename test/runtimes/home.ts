/**
 * The folder of an application that has the built package, and frameworks, among its `node_modules`.
 *
 * @module
 */

import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installBuilt } from '../../tools/build/built-packages.ts'

/** What is installed for these tests alone. */
export const PACKAGES = fileURLToPath(new URL('packages', import.meta.url))
const PROGRAMS = fileURLToPath(new URL('programs', import.meta.url))

/** Packages that applications import. */
const IMPORTED = ['hono', '@hono/node-server', 'fastify', 'express']

/** An application's folder. */
export interface Home {
  readonly dir: string
  /** Writes a file into it. @returns Its path. */
  write(name: string, content: string | Uint8Array): Promise<string>
  /** Copies a file of `programs/` into it. @returns Its path. */
  copy(name: string): Promise<string>
  remove(): Promise<void>
}

/** Creates a folder in which `waybill` is what `npm run build` has built. */
export async function createHome(): Promise<Home> {
  const dir = await mkdtemp(join(tmpdir(), 'waybill-runtimes-'))
  const link = async (name: string, target: string) => {
    const place = join(dir, 'node_modules', name)
    await mkdir(dirname(place), { recursive: true })
    await symlink(target, place, 'dir')
  }
  await installBuilt(join(dir, 'node_modules'), 'waybill')
  for (const name of IMPORTED) await link(name, join(PACKAGES, 'node_modules', name))
  await writeFile(join(dir, 'package.json'), '{ "type": "module", "private": true }')
  const place = (name: string) => join(dir, name)
  return {
    dir,
    write: async (name, content) => {
      await writeFile(place(name), content)
      return place(name)
    },
    copy: async (name) => {
      await copyFile(join(PROGRAMS, name), place(name))
      return place(name)
    },
    remove: () => rm(dir, { recursive: true, force: true }),
  }
}
