/**
 * What an example says of itself in its `example.json`: how a person uses its page. The rest is the
 * same for all. `npm run build`, where it has one; `npm start` listens on `PORT`, and finds the S3
 * and the secret in the environment, by the names of `.env`.
 *
 * @module
 */

import { globSync, readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'

/** The members of `example.json`. All but `contentType` are CSS selectors. */
export interface Example {
  /** Its folder below `examples/`. */
  readonly name: string
  /** The input that takes the file. */
  readonly choose: string
  /** Is there, and visible, as soon as the file is stored. */
  readonly stored: string
  /** Sends the form with the receipt. */
  readonly send: string
  /** Holds the object key that the server has read from the receipt. */
  readonly key: string
  /** Of the files that are chosen. */
  readonly contentType: string
}

const MEMBERS = ['choose', 'stored', 'send', 'key', 'contentType'] as const

/**
 * Reads the descriptions of all examples.
 *
 * @throws {Error} When one lacks a member, or has an unknown one.
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
