/**
 * The names that each public subpath exports, read from its `index.ts`.
 *
 * @module
 */

import { globSync, readFileSync } from 'node:fs'

export interface PublicName {
  /** Folder of `src/`. */
  readonly room: string
  readonly name: string
  /** Whether it is a type, which exists for the compiler only. */
  readonly isType: boolean
}

const EXPORT = /export (type )?\{([^}]*)\} from/g

/** @returns Every name of every door, in the order of the files. */
export function publicNames(): readonly PublicName[] {
  return globSync('src/*/index.ts').flatMap((file) => {
    const room = file.split('/')[1] ?? ''
    const text = readFileSync(file, 'utf8')
    return [...text.matchAll(EXPORT)].flatMap(([, allTypes, list = '']) =>
      list
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '')
        .map((item) => ({
          room,
          name: item.replace(/^type /, '').replace(/^.* as /, ''),
          isType: allTypes !== undefined || item.startsWith('type '),
        })),
    )
  })
}
