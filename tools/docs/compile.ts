/**
 * Compiles the sources and the examples together. Writes the sources' declarations, and reports
 * errors in the examples.
 *
 * @module
 */

import { execFileSync } from 'node:child_process'
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join, sep } from 'node:path'
import type { Example } from './examples.ts'

/** Must be two levels below the root, because of the relative paths in `CONFIGURATION`. */
const FOLDER = '.test/docs'

export interface Compiled {
  /** The compiler's messages about the examples, each with the page and the line. */
  readonly problems: readonly string[]
  /** The text of each declaration file, by its path relative to `packages/`. */
  readonly declarations: ReadonlyMap<string, string>
}

/** @param folder - The folder for the examples. It is emptied first. */
export function compile(examples: readonly Example[], folder = FOLDER): Compiled {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  cpSync('tools/docs/given.d.ts', join(folder, 'given.d.ts'))
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(CONFIGURATION))
  const sources = new Map<string, string>()
  for (const { source, line, fileName, isTsx, module } of examples) {
    const name = fileName || `${source.replace(/\W/g, '-')}-${line}.${isTsx ? 'tsx' : 'ts'}`
    sources.set(name, source)
    writeFileSync(join(folder, name), module)
  }
  const problems = messages(folder).map((message) => inSource(message, sources))
  const declared = join(folder, DECLARATIONS, 'packages')
  const files = globSync('**/*.d.ts', { cwd: declared })
  return {
    problems,
    declarations: new Map(
      files.map((file) => [file.replaceAll(sep, '/'), readFileSync(join(declared, file), 'utf8')]),
    ),
  }
}

const DECLARATIONS = 'declarations'

const CONFIGURATION = {
  extends: '../../tsconfig.json',
  compilerOptions: {
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    rootDir: '../..',
    outDir: DECLARATIONS,
    jsx: 'react-jsx',
  },
  include: ['../../packages/*/src', '*.ts', '*.tsx'],
}

/** @returns The compiler's messages, each with the indented lines after it. */
function messages(folder: string): string[] {
  try {
    const tsc = ['node_modules/typescript/bin/tsc', '-p', folder, '--pretty', 'false']
    execFileSync(process.execPath, tsc, { encoding: 'utf8' })
    return []
  } catch (error) {
    const output = error instanceof Error && 'stdout' in error ? String(error.stdout) : ''
    if (output === '') throw error
    return output.trimEnd().split(/\n(?! )/)
  }
}

function inSource(message: string, sources: ReadonlyMap<string, string>): string {
  const [, path = '', rest = ''] = /^(.+?)(\([\s\S]*)$/.exec(message) ?? []
  const source = sources.get(basename(path))
  return source ? `${source}${rest}` : message
}
