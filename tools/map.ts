/**
 * `npm run map`: prints the folders of the sources with their files and lines, and which other
 * folders each one imports. `-- client` prints only folders whose path contains `client`, and who
 * imports them.
 *
 * @module
 */

import { globSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'

const IMPORT = /(?:from|import)\s*\(?\s*'([^']+)'/g

const folderOf = (file: string) => posix.dirname(file).replace(/^packages\/(.*?)\/src/, '$1')

/** Specifiers of our packages, with their source files. */
const exported = new Map<string, string>()
for (const path of globSync('packages/*/package.json')) {
  const { name, exports } = JSON.parse(readFileSync(path, 'utf8'))
  for (const [subpath, target] of Object.entries<Record<string, string> | string>(exports ?? {})) {
    const source = typeof target === 'string' ? target : target['@waybill/source']
    if (source) exported.set(posix.join(name, subpath), posix.join(posix.dirname(path), source))
  }
}

interface Folder {
  files: number
  lines: number
  readonly imports: Set<string>
}
const folders = new Map<string, Folder>()
const paths = globSync('packages/*/src/**/*.{ts,tsx}').map((path) => path.replaceAll('\\', '/'))
for (const path of paths.sort()) {
  const text = readFileSync(path, 'utf8')
  const code = text.replaceAll(/^ *\*.*$/gm, '') // without the examples in docstrings
  const name = folderOf(path)
  const folder = folders.get(name) ?? { files: 0, lines: 0, imports: new Set() }
  folders.set(name, folder)
  folder.files += 1
  folder.lines += text.split('\n').length - 1
  for (const [, specifier = ''] of code.matchAll(IMPORT)) {
    const target = specifier.startsWith('.')
      ? posix.join(posix.dirname(path), specifier)
      : exported.get(specifier)
    if (target !== undefined && folderOf(target) !== name) folder.imports.add(folderOf(target))
  }
}

const wanted = process.argv[2] ?? ''
for (const [name, { files, lines, imports }] of folders) {
  if (!name.includes(wanted)) continue
  console.log(
    `${name.padEnd(44)}${String(files).padStart(5)} files${String(lines).padStart(7)} lines`,
  )
  if (imports.size > 0) console.log(`  imports      ${[...imports].sort().join(', ')}`)
  const importers = [...folders].filter(([, each]) => each.imports.has(name)).map(([each]) => each)
  if (wanted && importers.length > 0) console.log(`  imported by  ${importers.join(', ')}`)
}
