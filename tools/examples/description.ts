/**
 * An example's `example.json`, which tells the test how to use the example's page. Everything else
 * is the same for all examples: `npm run build` builds those that need it. `npm start` (or `start`)
 * listens on `PORT`, and reads the S3 settings and the secret from the environment variables in
 * `.env`.
 *
 * @module
 */

import { globSync, readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'

/** The properties of `example.json`. Those without a note are CSS selectors. */
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
  /** Of the file. */
  readonly contentType: string
  /**
   * The field of the login form for the user's name. The users are ada and eve, whose passwords are
   * their names. Without it, each visitor is a new user.
   */
  readonly login?: string
  /** The link to the stored file, for its owner only. */
  readonly link?: string
  /** Text: what the server says if another user submits the receipt. */
  readonly refusal?: string
  /** The command that starts all of it but S3. Default: `npm start`. */
  readonly start?: string
  /** Debian's packages that it needs. Such an example has no framework to install, so it runs always. */
  readonly debian?: string
}

const MEMBERS = ['choose', 'stored', 'send', 'key', 'contentType'] as const
const OPTIONAL = ['login', 'link', 'refusal', 'start', 'debian'] as const

/** @throws {Error} If a description lacks a property or has an unknown one. */
export function readExamples(): readonly Example[] {
  return globSync('examples/*/example.json').sort().map(readExample)
}

function readExample(file: string): Example {
  const said: unknown = JSON.parse(readFileSync(file, 'utf8'))
  const members = new Map<string, unknown>(Object.entries(said ?? {}))
  const known: readonly string[] = [...MEMBERS, ...OPTIONAL]
  const unknown = [...members.keys()].find((name) => !known.includes(name))
  if (unknown)
    throw new Error(`${file} has a member '${unknown}', expected one of ${known.join(', ')}`)
  const text = (name: string) => {
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
    ...Object.fromEntries(
      OPTIONAL.filter((name) => members.has(name)).map((name) => [name, text(name)]),
    ),
  }
}
