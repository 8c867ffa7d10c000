/**
 * Takes the TypeScript examples out of pages and docstrings, so that the compiler can read them.
 *
 * Each example becomes a module of its own. Its lines keep their numbers, so that the compiler's
 * messages name the line of the page. A block of a page is compiled as it stands; a docstring's
 * `@example` gets the imports of public names that it leaves out. What examples take for granted
 * (`file`, `credentials`, `userOf`) is declared in `given.d.ts`.
 *
 * @module
 */

/** An example, ready for the compiler. */
export interface Example {
  /** Where it stands: `docs/reference/waybill-s3.md`. */
  readonly source: string
  /** The number of its first line there, from 1. */
  readonly line: number
  /**
   * How other examples import it, where its first line names a file: `// server.ts – …`. Empty
   * otherwise.
   */
  readonly fileName: string
  /** Whether it has JSX in it. */
  readonly isTsx?: boolean
  /** Its code, after as many empty lines as stand before it in the source. */
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
 * @param importsFor - Writes the imports of the names that an example uses, on one line.
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
  // `export {}` makes a module of code without imports, so that its names are its own.
  const module = `export {};${imports}${'\n'.repeat(line - 1)}${code}`
  return { source, line, fileName, module }
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length
}
