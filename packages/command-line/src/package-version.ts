/**
 * The version of this package.
 *
 * @module
 */

import { readFile } from 'node:fs/promises'

/** Reads the version from package.json, which is beside `src` and beside `dist`. */
export async function packageVersion(): Promise<string> {
  const text = await readFile(new URL('../../../package.json', import.meta.url), 'utf8')
  return String(JSON.parse(text).version)
}
