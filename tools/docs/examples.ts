/**
 * Extracts the TypeScript examples from pages and docstrings, so that they can be compiled.
 *
 * Each example becomes a separate module. Its lines keep their numbers, so that the compiler's
 * messages refer to the page's lines. Blocks in pages are compiled unchanged. Missing imports of
 * public names are added to docstring examples. Names that examples assume to exist (`file`,
 * `credentials`, `userOf`) are declared in `given.d.ts`.
 *
 * @module
 */

export interface Example {
  /** The file that contains the example, for example `docs/reference/waybill-s3.md`. */
  readonly source: string
  /** The line on which the example begins in that file, from 1. */
  readonly line: number
  /**
   * The name by which other examples import this one, taken from a first line such as
   * `// server.ts – …`. Otherwise empty.
   */
  readonly fileName: string
  readonly isTsx?: boolean
  /** The module to compile. Its code is on the same lines as in the source file. */
  readonly module: string
}

const FENCE = /^( *)```(tsx?)\n([\s\S]*?)^ *```/gm
const DOCSTRING_FENCE = /^ *\* ```ts\n((?: *\*.*\n)*?) *\* ```/gm

export function pageExamples(source: string, text: string): readonly Example[] {
  return [...text.matchAll(FENCE)].map(({ index, 2: language, 3: code = '' }) => ({
    ...exampleAt(source, lineAt(text, index) + 1, code, ''),
    isTsx: language === 'tsx',
  }))
}

/** @param importsFor - Returns the imports that an example needs, on one line. */
export function docstringExamples(
  source: string,
  text: string,
  importsFor: (code: string) => string,
): readonly Example[] {
  return [...text.matchAll(DOCSTRING_FENCE)].map(({ index, 1: block = '' }) => {
    const code = block.replace(/^ *\* ?/gm, '')
    return exampleAt(source, lineAt(text, index) + 1, code, importsFor(code))
  })
}

function exampleAt(source: string, line: number, code: string, imports: string): Example {
  const fileName = /^\s*\/\/ ([\w-]+\.tsx?)\b/.exec(code)?.[1] ?? ''
  // `export {}` turns code without imports into a module, so that its names are not global.
  const module = `export {};${imports}${'\n'.repeat(line - 1)}${code}`
  return { source, line, fileName, module }
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length
}
