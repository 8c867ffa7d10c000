/**
 * Holds the public names against the pages that teach them.
 *
 * The rule: a name that a subpath exports stands as code in a README or a page of `docs/`, or it
 * is a type that the signature of such a name mentions, directly or through other types. A value
 * that no page names is either taught or not exported. Each export has a docstring, and the main
 * ones an `@example`: constructs, handlers, and what creates, starts or presigns something.
 *
 * @module
 */

import { posix } from 'node:path'
import type { Declarations, PublicName } from './declarations.ts'

/** Reasons and scores: pages that name inner things and teach no use. */
export const NOT_TEACHING: ReadonlySet<string> = new Set(['docs/project/decisions.md'])

/** Collects the words that stand as code in a page: in a fenced block, or between backticks. */
export function wordsOfCode(page: string): ReadonlySet<string> {
  const code = page.match(/^```[\s\S]*?^```|`[^`\n]+`/gm) ?? []
  return new Set(code.flatMap((text) => text.match(/[A-Za-z_$][\w$]*/g) ?? []))
}

/**
 * Finds what is wrong with the public names of the rooms.
 *
 * @param taught - Words that stand as code in the pages.
 * @returns One sentence for each problem.
 */
export function surfaceProblems(
  declarations: Declarations,
  rooms: readonly string[],
  taught: ReadonlySet<string>,
): string[] {
  const names = rooms.flatMap((room) => declarations.exportsOf(room))
  const named = names.filter(({ name }) => taught.has(name))
  const reached = new Set(
    named.flatMap(({ declaration }) => [...declarations.mentionedBy(declaration)]),
  )
  return names.flatMap((publicName) => {
    const { name, declaration } = publicName
    const isTaught = taught.has(name) || (declaration.isType && reached.has(declaration))
    const problems = isTaught ? [] : ['is exported, and no page teaches it']
    if (declaration.docstring === '') problems.push('has no docstring')
    else if (isMain(publicName) && !declaration.docstring.includes('@example'))
      problems.push('has no @example')
    if (/@example(?!\n \* ```ts\n)/.test(declaration.docstring))
      problems.push('has an @example that is no ts block, and so is not compiled')
    return problems.map((problem) => `${at(publicName)} ${problem}`)
  })
}

function isMain({ name, declaration }: PublicName): boolean {
  return (
    (/^(?:create|start|presign)[A-Z]|[a-z]Handler$/.test(name) && !declaration.isType) ||
    declaration.text.includes(' extends Construct ')
  )
}

function at({ room, name }: PublicName): string {
  return `${room}/index.ts: ${name}`
}

/** An import of an inner file by a test or a benchmark. */
const INNER_IMPORT = /^import (?:type )?\{([^}]*)\} from '(\.[^']*)'/gm

/**
 * Finds public names that a test imports from their file. What is public is tested through the
 * package's own subpaths, as users import it.
 *
 * @param names - Each as its room exports it: `waybill/src/signer/createSigner`.
 * @returns One sentence for each problem.
 */
export function innerImportProblems(file: string, text: string, names: ReadonlySet<string>) {
  return [...text.matchAll(INNER_IMPORT)].flatMap(([, list = '', path = '']) => {
    const room = roomOf(posix.join(posix.dirname(file), path))
    return list
      .split(',')
      .map((item) =>
        item
          .trim()
          .replace(/^type /, '')
          .replace(/ as .*/, ''),
      )
      .filter((name) => names.has(`${room}/${name}`))
      .map((name) => `${file} imports ${name} from a file of ${room}/, which exports it`)
  })
}

/** The folder whose `index.ts` is what users import: of a package that has one, or of a room. */
function roomOf(path: string): string {
  const [, home = '', room = ''] = /^packages\/([\w-]+\/src)(\/[\w-]+)?\//.exec(path) ?? []
  return home.startsWith('waybill-s3') || home.startsWith('strict-s3') ? home : home + room
}
