/**
 * A page for the example app to deploy: its own build is tested elsewhere, here it only has to be something.
 *
 * @module
 */

import { cpSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** @returns The folder of the page, made in `folder`. */
export async function writeExamplePage(folder: string): Promise<string> {
  const page = join(folder, 'page')
  cpSync(fileURLToPath(new URL('../../../../demo', import.meta.url)), page, {
    recursive: true,
    // `npm start` installs there what bundles the page.
    filter: (path) => !path.includes('node_modules'),
  })
  await writeFile(join(page, 'page.js'), "fetch('/api/uploads')")
  return page
}
