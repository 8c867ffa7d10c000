/**
 * Measures what the package puts on a user's disk: itself, and what it depends on, directly or not.
 *
 * @module
 */

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** Bytes. */
export interface InstalledSize {
  /** Of the package alone. */
  readonly own: number
  /** With all that it depends on. Optional peers are not installed. */
  readonly all: number
}

/** @param home - The unpacked package. Its dependencies are taken from this clone. */
export function installedSize(home: string): InstalledSize {
  const own = sizeOf(home)
  const found = new Set<string>()
  const queue = dependenciesOf(home).map((name) => resolve('node_modules', name))
  for (let folder = queue.pop(); folder !== undefined; folder = queue.pop()) {
    if (found.has(folder)) continue
    found.add(folder)
    for (const name of dependenciesOf(folder)) queue.push(findFrom(folder, name))
  }
  const others = [...found].map(sizeOf)
  return { own, all: others.reduce((sum, size) => sum + size, own) }
}

function dependenciesOf(folder: string): readonly string[] {
  const { dependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  return Object.keys(dependencies)
}

/** Finds a package as Node does: beside or above. */
function findFrom(folder: string, name: string): string {
  for (let at = folder; at !== dirname(at); at = dirname(at)) {
    const place = join(at, 'node_modules', name)
    if (existsSync(place)) return place
  }
  throw new Error(`${name} is not installed: npm ci`)
}

/** What lies in `node_modules` of a package is measured for itself. */
function sizeOf(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  const own = files.filter(
    ({ parentPath }) => !parentPath.slice(folder.length).includes('node_modules'),
  )
  return own
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0)
}
