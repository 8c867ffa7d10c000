/**
 * The examples of docs/guide/runtimes.md, to be run as they stand there.
 *
 * @module
 */

import { readFileSync } from 'node:fs'

const PAGE = readFileSync(new URL('../../docs/guide/runtimes.md', import.meta.url), 'utf8')

/**
 * Reads an example of the page by the name of its file, which is its first line.
 *
 * @param port - Takes the place of 3000.
 */
export function documented(file: string, port?: number): string {
  for (const [, code = ''] of PAGE.matchAll(/^```js\n(.*?)^```$/gms)) {
    if (code.startsWith(`// ${file}\n`)) return code.replaceAll('3000', String(port))
  }
  throw new Error(`docs/guide/runtimes.md has no example ${file}`)
}
