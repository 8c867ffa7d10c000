/**
 * Copies the code that the commands share into a package, because that code is not published as a
 * package itself. The compiled files go to `dist/command-line`, and imports are rewritten to point
 * there.
 *
 * @module
 */

import { cpSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

const SHARED = resolve(import.meta.dirname, '../../packages/command-line/dist')
const IMPORT = /(['"])@waybill\/command-line\/([\w-]+)\1/g

export async function compileIn(dist: string): Promise<void> {
  for (const name of globSync('**/*.{js,d.ts}', { cwd: dist })) {
    const file = join(dist, name)
    const text = readFileSync(file, 'utf8')
    const inside = text.replace(IMPORT, (_, quote, module) => {
      const path = relative(dirname(file), join(dist, 'command-line', `${module}.js`))
      return `${quote}${path.replaceAll('\\', '/').replace(/^(?!\.)/, './')}${quote}`
    })
    if (inside.includes('@waybill/')) throw new Error(`${file} still names a private package`)
    if (inside !== text) writeFileSync(file, inside)
  }
  const copy = join(dist, 'command-line')
  cpSync(SHARED, copy, { recursive: true })
}
