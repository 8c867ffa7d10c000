/**
 * Compares the public names with the pages that teach them.
 *
 * Every exported name must appear as code in a README or a page of `docs/`. A type may instead
 * appear in the signature of such a name, directly or through other types. A value that no page
 * mentions must be taught or not exported. Every export needs a docstring, and the main ones need
 * an `@example`: constructs, handlers, and functions that create, start or presign something.
 *
 * @module
 */

import { posix } from 'node:path'
import type { Declarations, PublicName } from './declarations.ts'

/** Pages about reasons. They mention internal names, but don't teach anyone to use them. */
export const NOT_TEACHING: ReadonlySet<string> = new Set(['docs/project/decisions.md'])

/** Collects the words in a page's fenced blocks and inline code. */
export function wordsOfCode(page: string): ReadonlySet<string> {
  const code = page.match(/^```[\s\S]*?^```|`[^`\n]+`/gm) ?? []
  return new Set(code.flatMap((text) => text.match(/[A-Za-z_$][\w$]*/g) ?? []))
}

/**
 * @param taught - The words in the pages' code.
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
      problems.push('has an @example that is not a ts block, so it is not compiled')
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

const INNER_IMPORT = /^import (?:type )?\{([^}]*)\} from '(\.[^']*)'/gm

/**
 * Finds public names that a test imports from an internal file. Tests must import public names from
 * the package's subpaths, as users do.
 *
 * @param names - The public names with their rooms, for example `waybill/src/signer/createSigner`.
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

/** Returns the folder whose `index.ts` users import: the package's if it has one, or the room's. */
function roomOf(path: string): string {
  const [, home = '', room = ''] = /^packages\/([\w-]+\/src)(\/[\w-]+)?\//.exec(path) ?? []
  return home.startsWith('waybill-s3') || home.startsWith('strict-s3') ? home : home + room
}
