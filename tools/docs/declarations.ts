/**
 * Reads the compiler's declaration files: which names a room exports, where each is declared, and
 * which other declarations its signature mentions. Declarations contain no function bodies, so
 * everything they mention is part of the signature.
 *
 * @module
 */

import { posix } from 'node:path'

export interface Declaration {
  readonly file: string
  readonly name: string
  readonly isType: boolean
  /** Empty if there is no comment before the declaration. */
  readonly docstring: string
  readonly text: string
}

export interface PublicName {
  readonly room: string
  readonly name: string
  readonly declaration: Declaration
}

interface DeclarationFile {
  readonly declared: ReadonlyMap<string, Declaration>
  /** The origin of each import, by local name. */
  readonly imported: ReadonlyMap<string, Origin>
  readonly reexported: ReadonlyMap<string, Origin>
}

interface Origin {
  readonly file: string
  readonly name: string
}

export interface Declarations {
  exportsOf(room: string): readonly PublicName[]
  /** Finds the declarations that a signature mentions, directly or through other types. */
  mentionedBy(declaration: Declaration): ReadonlySet<Declaration>
}

const STATEMENT =
  /(?<doc>\/\*\*(?:(?!\*\/)[\s\S])*\*\/\s*)?^(?:export )?(?:declare )?(?:abstract )?(?<kind>class|function|const|interface|type|enum) (?<name>[\w$]+)/gm
const FROM = /^(import|export) (?:type )?\{([^}]*)\} from '([^']+)';?$/gm

/**
 * @param files - The text of each file, by its path relative to the packages' folder.
 * @param packages - The file for each name by which packages import each other.
 */
export function readDeclarations(
  files: ReadonlyMap<string, string>,
  packages: ReadonlyMap<string, string> = new Map(),
): Declarations {
  const parsed = new Map([...files].map(([path, text]) => [path, parseFile(path, text, packages)]))
  const find = ({ file, name }: Origin): Declaration | undefined => {
    const { declared, imported, reexported } = parsed.get(file) ?? {}
    const elsewhere = imported?.get(name) ?? reexported?.get(name)
    return declared?.get(name) ?? (elsewhere && find(elsewhere))
  }
  const mentioned = ({ file, text }: Declaration) =>
    [...new Set(text.match(/[A-Za-z_$][\w$]*/g))].flatMap((name) => find({ file, name }) ?? [])
  return {
    exportsOf: (room) =>
      [...(parsed.get(`${room}/index.d.ts`)?.reexported ?? [])].flatMap(([name, origin]) => {
        const declaration = find(origin)
        return declaration ? [{ room, name, declaration }] : []
      }),
    mentionedBy: (declaration) => {
      const found = new Set<Declaration>()
      const open = [declaration]
      for (let next = open.pop(); next; next = open.pop()) {
        for (const other of mentioned(next)) {
          if (found.has(other)) continue
          found.add(other)
          open.push(other)
        }
      }
      return found
    },
  }
}

function parseFile(
  path: string,
  text: string,
  packages: ReadonlyMap<string, string>,
): DeclarationFile {
  const imported = new Map<string, Origin>()
  const reexported = new Map<string, Origin>()
  for (const [, verb, list = '', from = ''] of text.matchAll(FROM)) {
    const file = from.startsWith('.')
      ? posix.join(posix.dirname(path), from.replace(/\.(?:ts|js)$/, '.d.ts'))
      : packages.get(from)
    if (file === undefined) continue
    for (const item of list.split(',')) {
      const [name = '', local = name] = item
        .trim()
        .replace(/^type /, '')
        .split(' as ')
      if (name !== '') (verb === 'import' ? imported : reexported).set(local, { file, name })
    }
  }
  return { declared: declarationsIn(path, text), imported, reexported }
}

function declarationsIn(file: string, text: string): Map<string, Declaration> {
  const found = new Map<string, Declaration>()
  const starts = [...text.matchAll(STATEMENT)]
  starts.forEach(({ index, groups = {} }, at) => {
    const { doc, kind, name = '' } = groups
    const whole = text.slice(index, starts[at + 1]?.index).replace(/\/\*[\s\S]*?\*\//g, '')
    const isType = kind === 'interface' || kind === 'type'
    const before = found.get(name) // a function's overloads count as one declaration
    found.set(name, {
      file,
      name,
      isType: isType && (before?.isType ?? true),
      docstring: (before?.docstring ?? '') + (doc ?? ''),
      text: (before?.text ?? '') + whole,
    })
  })
  return found
}
