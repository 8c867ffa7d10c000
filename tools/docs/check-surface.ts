/**
 * Checks examples and public names against the sources, in a single run of the compiler.
 *
 * @module
 */

import { globSync, readFileSync } from 'node:fs'
import { sep } from 'node:path'
import { compile } from './compile.ts'
import { readDeclarations } from './declarations.ts'
import { docstringExamples, pageExamples } from './examples.ts'
import { exportedNames, missingImports } from './exported-names.ts'
import { innerImportProblems, NOT_TEACHING, surfaceProblems, wordsOfCode } from './surface.ts'

/**
 * @param subpaths - The name by which users import each room, by the room's folder. Folders are
 *   relative to `packages/`.
 * @param packages - All exports of the packages, with their source files relative to `packages/`.
 */
export function checkSurface(
  subpaths: ReadonlyMap<string, string>,
  packages: ReadonlyMap<string, string>,
): {
  readonly examples: number
  readonly problems: readonly string[]
} {
  const files = [
    'README.md',
    ...filesOf('{packages/strict-s3/,}docs/**/*.md'),
    ...filesOf('packages/*/README.md'),
  ]
  const pages = files.map((file) => ({ file, text: read(file) }))
  const sources = filesOf('packages/*/src/**/*.ts').map((file) => ({ file, text: read(file) }))
  const doors = [...subpaths].map(([room, subpath]) => ({
    room,
    names: exportedNames(read(`packages/${room}/index.ts`), subpath),
  }))
  const all = doors.flatMap(({ names }) => names)
  const examples = [
    ...pages.flatMap(({ file, text }) => pageExamples(file, text)),
    ...sources.flatMap(({ file, text }) => {
      const names = [...exportedNames(text, `../../${file}`), ...all]
      return docstringExamples(file, text, (code) => missingImports(code, names))
    }),
  ]
  const { problems, declarations } = compile(examples)
  const declared = new Map(
    [...packages].map(([name, source]) => [name, source.replace(/\.ts$/, '.d.ts')]),
  )
  const teaching = pages.filter(({ file }) => !NOT_TEACHING.has(file))
  const taught = new Set(teaching.flatMap(({ text }) => [...wordsOfCode(text)]))
  const exported = new Set(
    doors.flatMap(({ room, names }) => names.map(({ name }) => `${room}/${name}`)),
  )
  return {
    examples: examples.length,
    problems: [
      ...problems,
      ...surfaceProblems(readDeclarations(declarations, declared), [...subpaths.keys()], taught),
      ...filesOf('{packages/*/test,test,bench}/**/*.ts').flatMap((file) =>
        innerImportProblems(file, read(file), exported),
      ),
    ],
  }
}

/** The paths contain `/` on every system, as in the pages. */
function filesOf(pattern: string): string[] {
  const files = globSync(pattern, { exclude: ['**/node_modules/**'] })
  return files.map((file) => file.replaceAll(sep, '/'))
}

function read(file: string): string {
  return readFileSync(file, 'utf8')
}
