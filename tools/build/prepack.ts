/**
 * Runs before a package is packed. Builds the packages if a source has changed, and adds the
 * license and the pages that the package's messages mention.
 *
 * @module
 */

import { cpSync, rmSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { builtPackages } from './built-packages.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const home = process.cwd()
const PAGES: Readonly<Record<string, readonly string[]>> = {
  waybill: ['docs/reference/errors.md', 'docs/guide/troubleshooting.md', 'CHANGELOG.md'],
  'waybill-cli': ['docs', 'CHANGELOG.md'],
}

await builtPackages()
for (const name of ['LICENSE', ...(PAGES[basename(home)] ?? [])]) {
  rmSync(join(home, name), { recursive: true, force: true })
  cpSync(join(ROOT, name), join(home, name), { recursive: true })
}
