/**
 * The description of an example in its `example.json`: how a user uses its page. The rest is the
 * same for all examples: `npm run build` builds those that need it. `npm start` listens on `PORT`,
 * and reads the S3 settings and the secret from the environment variables listed in `.env`.
 *
 * @module
 */

import { globSync, readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'

/** The members of `example.json`. All but `contentType` are CSS selectors. */
export interface Example {
  /** The name of its folder in `examples/`. */
  readonly name: string
  /** The file input. */
  readonly choose: string
  /** An element that becomes visible once the file has been stored. */
  readonly stored: string
  /** The button that submits the form with the receipt. */
  readonly send: string
  /** An element with the object key that the server has read from the receipt. */
  readonly key: string
  /** The content type of the files to choose. */
  readonly contentType: string
}

const MEMBERS = ['choose', 'stored', 'send', 'key', 'contentType'] as const

/**
 * Reads the descriptions of all examples.
 *
 * @throws {Error} If a description lacks a member or has an unknown one.
 */
export function readExamples(): readonly Example[] {
  return globSync('examples/*/example.json').sort().map(readExample)
}

function readExample(file: string): Example {
  const said: unknown = JSON.parse(readFileSync(file, 'utf8'))
  const members = new Map<string, unknown>(Object.entries(said ?? {}))
  const unknown = [...members.keys()].find((name) => !MEMBERS.some((known) => known === name))
  if (unknown) throw new Error(`${file} has a member '${unknown}', known are ${MEMBERS.join(', ')}`)
  const text = (name: (typeof MEMBERS)[number]) => {
    const value = members.get(name)
    if (typeof value !== 'string') throw new Error(`${file} has no text '${name}'`)
    return value
  }
  return {
    name: basename(dirname(file)),
    choose: text('choose'),
    stored: text('stored'),
    send: text('send'),
    key: text('key'),
    contentType: text('contentType'),
  }
}
