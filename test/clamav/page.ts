/**
 * The code of docs/operate/scanning.md as files, so that what is tested is what people copy.
 *
 * @module
 */

import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** Inside the repository: from there `waybill` is found as from a package that has it installed. */
export const COPY = join(ROOT, '.test', 'scanning')

/** @returns The block of the page whose first line begins with `first`. */
export async function blockOfPage(first: string): Promise<string> {
  const page = await readFile(join(ROOT, 'docs', 'operate', 'scanning.md'), 'utf8')
  const blocks = [...page.matchAll(/^```\w*\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block)
  const found = blocks.find((block) => block.startsWith(first))
  if (found === undefined)
    throw new Error(`docs/operate/scanning.md has no block that begins with ${first}`)
  return found
}

/** Writes the page's files into `COPY`. */
export async function copyPage(): Promise<void> {
  await mkdir(COPY, { recursive: true })
  for (const name of ['clamd.ts', 'arrival.ts']) {
    await writeFile(join(COPY, name), await blockOfPage(`// ${name}`))
  }
}

/** @returns The command with which the page bundles the function. */
export function shellOfPage(): Promise<string> {
  return blockOfPage('esbuild ')
}
