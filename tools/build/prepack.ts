/**
 * Runs before a package is packed. Builds the packages if a source has changed, and adds the
 * license. `waybill` also gets `docs/` and the changelog.
 *
 * @module
 */

import { cpSync, rmSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { builtPackages } from './built-packages.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const home = process.cwd()

await builtPackages()
const beside = basename(home) === 'waybill' ? ['LICENSE', 'CHANGELOG.md', 'docs'] : ['LICENSE']
for (const name of beside) {
  rmSync(join(home, name), { recursive: true, force: true })
  cpSync(join(ROOT, name), join(home, name), { recursive: true })
}
