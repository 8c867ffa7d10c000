/**
 * Extracts the TypeScript examples from pages and docstrings, so that they can be compiled.
 *
 * Each example becomes a separate module. Its lines keep their numbers, so that the compiler's
 * messages refer to the line in the page. A block in a page is compiled as it is. To a docstring's
 * `@example`, the missing imports of public names are added. Names that examples assume to exist
 * (`file`, `credentials`, `userOf`) are declared in `given.d.ts`.
 *
 * @module
 */

/** An example, ready for the compiler. */
export interface Example {
  /** The file that contains the example, such as `docs/reference/waybill-s3.md`. */
  readonly source: string
  /** The number of the example's first line in that file, from 1. */
  readonly line: number
  /**
   * The name by which other examples import this one, if its first line names a file:
   * `// server.ts – …`. Otherwise empty.
   */
  readonly fileName: string
  /** Whether it contains JSX. */
  readonly isTsx?: boolean
  /** The code, after as many empty lines as the source has lines before it. */
  readonly module: string
}

const FENCE = /^( *)```(tsx?)\n([\s\S]*?)^ *```/gm
const DOCSTRING_FENCE = /^ *\* ```ts\n((?: *\*.*\n)*?) *\* ```/gm

/** Finds the `ts` and `tsx` blocks of a page. */
export function pageExamples(source: string, text: string): readonly Example[] {
  return [...text.matchAll(FENCE)].map(({ index, 2: language, 3: code = '' }) => ({
    ...exampleAt(source, lineAt(text, index) + 1, code, ''),
    isTsx: language === 'tsx',
  }))
}

/**
 * Finds the examples in the docstrings of a file.
 *
 * @param importsFor - Returns the imports of the names that an example uses, on one line.
 */
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
