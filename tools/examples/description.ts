/**
 * An example's `example.json`, which tells the test how to use the example's page. Everything else
 * is the same for all examples: `npm run build` builds those that need it. `npm start` listens on
 * `PORT`, and reads the S3 settings and the secret from the environment variables in `.env`.
 *
 * @module
 */

import { globSync, readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'

/** The properties of `example.json`. All but `contentType` are CSS selectors. */
export interface Example {
  readonly name: string
  /** The file input. */
  readonly choose: string
  /** The element that becomes visible once the file is stored. */
  readonly stored: string
  /** The button that submits the form with the receipt. */
  readonly send: string
  /** The element that shows the object key from the receipt, as the server read it. */
  readonly key: string
  readonly contentType: string
}

const MEMBERS = ['choose', 'stored', 'send', 'key', 'contentType'] as const

/** @throws {Error} If a description lacks a property or has an unknown one. */
export function readExamples(): readonly Example[] {
  return globSync('examples/*/example.json').sort().map(readExample)
}

function readExample(file: string): Example {
  const said: unknown = JSON.parse(readFileSync(file, 'utf8'))
  const members = new Map<string, unknown>(Object.entries(said ?? {}))
  const unknown = [...members.keys()].find((name) => !MEMBERS.some((known) => known === name))
  if (unknown)
    throw new Error(`${file} has a member '${unknown}', expected one of ${MEMBERS.join(', ')}`)
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
