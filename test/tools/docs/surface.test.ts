import { describe, expect, it } from 'vitest'
import { readDeclarations } from '../../../tools/docs/declarations.ts'
import { innerImportProblems, surfaceProblems, wordsOfCode } from '../../../tools/docs/surface.ts'

const FILES = new Map([
  [
    'room/index.d.ts',
    `export type { Options, Piece } from './piece.ts';
export { make, type Result } from './make.ts';
`,
  ],
  [
    'room/make.d.ts',
    `import type { Options } from './piece.ts';
/** What comes out. */
export interface Result {
    readonly size: number;
}
/** Makes one. */
export declare function make(options: Options): Result;
export declare function make(): Result;
`,
  ],
  [
    'room/piece.d.ts',
    `/** A piece. Not a Stranger. */
export interface Piece {
}
/** Options of make. */
export interface Options {
    /** See Stranger. */
    readonly pieces: readonly Inner[];
}
interface Inner extends Piece {
}
/** Mentioned in comments alone. */
export interface Stranger {
}
`,
  ],
])

const problemsOf = (files: ReadonlyMap<string, string>, ...taught: string[]) =>
  surfaceProblems(readDeclarations(files), ['room'], new Set(taught))

const edited = (file: string, edit: (text: string) => string) =>
  new Map([...FILES].map(([path, text]) => [path, path === file ? edit(text) : text]))

describe('surfaceProblems', () => {
  it('accepts a documented name, and the types in its signature', () => {
    expect(problemsOf(FILES, 'make')).toEqual([])
  })

  it('reports a value that no page documents, even if one of its types is documented', () => {
    expect(problemsOf(FILES, 'Result', 'Options')).toEqual([
      'room/index.ts: make is exported, and no page teaches it',
    ])
  })

  it('reports a type that only comments mention', () => {
    const files = edited('room/index.d.ts', (text) =>
      text.replace('Options,', 'Options, Stranger,'),
    )
    expect(problemsOf(files, 'make')).toEqual([
      'room/index.ts: Stranger is exported, and no page teaches it',
    ])
  })

  it('reports an export without a docstring', () => {
    const files = edited('room/make.d.ts', (text) => text.replace('/** Makes one. */\n', ''))
    expect(problemsOf(files, 'make')).toEqual(['room/index.ts: make has no docstring'])
  })
})

describe('the main names', () => {
  const exported = (name: string, edit = (text: string) => text) => {
    const make = (FILES.get('room/make.d.ts') ?? '').replaceAll('make(', `${name}(`)
    const files = new Map(FILES)
    files.set('room/index.d.ts', `export { ${name} } from './make.ts';\n`)
    files.set('room/make.d.ts', edit(make))
    return problemsOf(files, name)
  }

  it.each(['createThing', 'startThing', 'presignThing', 'thingHandler'])(
    'need an example of %s',
    (name) => {
      expect(exported(name)).toEqual([`room/index.ts: ${name} has no @example`])
    },
  )

  it('have one', () => {
    const edit = (text: string) => text.replace('Makes one.', 'Makes one.\n * @example\n * ```ts\n')
    expect(exported('createThing', edit)).toEqual([])
  })

  it('have one that compiles', () => {
    const edit = (text: string) => text.replace('Makes one.', 'Makes one.\n * @example\n * make()')
    expect(exported('createThing', edit)).toEqual([
      'room/index.ts: createThing has an @example that is not a ts block, so it is not compiled',
    ])
  })

  it('do not include names that only begin the same way', () => {
    expect(exported('creates')).toEqual([])
  })
})

describe('wordsOfCode', () => {
  it('reads fenced blocks and text in backticks, but no prose', () => {
    const page =
      'A Piece is made by `make(options)`.\n\n```ts\nconst plan = other\n```\nAnd Result.'
    expect([...wordsOfCode(page)].sort()).toEqual([
      'const',
      'make',
      'options',
      'other',
      'plan',
      'ts',
    ])
  })
})

describe('innerImportProblems', () => {
  const names = new Set(['waybill-s3/src/presignPost', 'waybill/src/signer/createSigner'])

  it.each([
    ['presignPost', '../../packages/waybill-s3/src/presigned/presigned-post.ts'],
    ['createSigner', '../../packages/waybill/src/signer/create-signer.ts'],
  ])('reports the public name %s if a test imports it from its file', (name, path) => {
    const text = `import { ${name}, other } from '${path}'`
    expect(innerImportProblems('test/a/a.test.ts', text, names)).toEqual([
      expect.stringContaining(`test/a/a.test.ts imports ${name} from a file of`),
    ])
  })

  it.each([
    "import { createPostSigner } from '../../packages/waybill-s3/src/presigned/presigned-post.ts'",
    "import { presignPost } from '../../packages/waybill/src/storage/call-s3.ts'",
    "import { presignPost } from 'waybill-s3'",
  ])('accepts %s', (text) => {
    expect(innerImportProblems('test/a/a.test.ts', text, names)).toEqual([])
  })
})
