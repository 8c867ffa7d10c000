/**
 * What `--fix` writes: a CORS rule, a lifecycle rule, and the public access block. It shows each
 * difference and asks first.
 *
 * @module
 */

import { createHash } from 'node:crypto'
import { createInterface } from 'node:readline/promises'
import { CommandFailure } from '@waybill/command-line/command-failure'
import type { Terminal } from '@waybill/command-line/terminal'
import {
  callOnce,
  isTaken,
  type S3CallContext,
  type StoreResponse,
  shown,
} from 'waybill/internal/storage'
import { type XmlElement, xmlDocument } from 'waybill-s3/internal/xml'
import { differs, type Finding, type Row } from './check.ts'

type Value = string | number | boolean | readonly string[] | { readonly [name: string]: Value }
type Properties = Readonly<Record<string, Value>>

const S3_XMLNS = { xmlns: 'http://s3.amazonaws.com/doc/2006-03-01/' }
/** A bucket's settings: the root element, and the element of a rule if there are several. */
const SETTINGS = {
  cors: { title: 'CORS', root: 'CORSConfiguration', rule: 'CORSRule' },
  lifecycle: { title: 'lifecycle rules', root: 'LifecycleConfiguration', rule: 'Rule' },
  publicAccessBlock: {
    title: 'public access block',
    root: 'PublicAccessBlockConfiguration',
    rule: undefined,
  },
} as const

/** S3's code for a setting that was never made: `NoSuchCORSConfiguration`, for example. */
const NOT_MADE = /^(?:NoSuch\w*Configuration|\w+NotFoundError)$/

/** @returns An empty setting if the bucket has none, and no setting if it cannot be read. */
export async function readSetting(
  { s3 }: { readonly s3: S3CallContext },
  name: string,
): Promise<{ readonly reply: StoreResponse; readonly setting?: XmlElement }> {
  const reply = await callOnce(s3, { method: 'GET', query: { [name]: '' } })
  if (isTaken(reply) && reply.document) return { reply, setting: reply.document }
  return NOT_MADE.test(reply.code) ? { reply, setting: { name } } : { reply }
}

/** @param properties - The rule to add, or the properties of a setting without rules. */
export async function settingDiffers(
  run: { readonly s3: S3CallContext },
  got: string,
  name: keyof typeof SETTINGS,
  properties: Properties,
): Promise<Finding> {
  const { title, root, rule } = SETTINGS[name]
  const { reply, setting } = await readSetting(run, name)
  const rules = (rule === undefined ? undefined : setting?.children) ?? []
  const json = jsonOf(properties)
  const what =
    rule === undefined ? `set the bucket's ${title} to` : `add this to the bucket's ${title}`
  if (!setting) return differs(got, { fix: `${what}:`, code: json })
  // First, because S3 applies the first CORS rule that matches.
  const added =
    rule === undefined ? elementsOf(properties) : [{ name: rule, children: elementsOf(properties) }]
  const document = { name: root, attributes: S3_XMLNS, children: [...added, ...rules] }
  const headers = sizeLimit(reply)
  const change = { title, query: name, document, headers, json, kept: rules.length }
  return differs(got, { fix: `run this again with --fix, or ${what}:`, code: json, change })
}

/** Pages need the ETag of each part, and the checksum to compare it. */
const EXPOSED = ['ETag', 'x-amz-checksum-crc64nvme']

export function corsRule(origin: string): Properties {
  return {
    AllowedOrigins: [origin],
    AllowedMethods: ['PUT', 'POST'],
    AllowedHeaders: ['*'],
    ExposeHeaders: EXPOSED,
    MaxAgeSeconds: 3000,
  }
}

/** A property of the lifecycle rules that S3 keeps in a header: writing rules without it resets it. */
function sizeLimit({ header }: StoreResponse): Readonly<Record<string, string>> {
  const name = 'x-amz-transition-default-minimum-object-size'
  const value = header(name)
  return value === undefined ? {} : { [name]: value }
}

/** One property a line. */
export function jsonOf(properties: Readonly<Record<string, unknown>>): string {
  const lines = Object.entries(properties).map(
    ([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)}`,
  )
  return `{\n${lines.join(',\n')}\n}`
}

/** In XML, each value of a list is an element with the list's name in the singular. */
function elementsOf(properties: Properties): XmlElement[] {
  return Object.entries(properties).flatMap(([name, value]): XmlElement[] => {
    if (typeof value !== 'object') return [{ name, text: String(value) }]
    if (!isList(value)) return [{ name, children: elementsOf(value) }]
    return value.map((text) => ({ name: name.replace(/s$/, ''), text }))
  })
}

function isList(value: object): value is readonly string[] {
  return Array.isArray(value)
}

/**
 * Shows the changes, asks, and writes them.
 *
 * @returns Whether anything was written.
 * @throws {CommandFailure} If the store refuses a change.
 */
export async function writeFixes(
  s3: S3CallContext,
  rows: readonly Row[],
  { terminal, yes }: { readonly terminal: Terminal; readonly yes: boolean },
): Promise<boolean> {
  const changes = new Map(rows.flatMap(({ change }) => (change ? [[change.query, change]] : [])))
  if (changes.size === 0) return false
  for (const { title, json, kept } of changes.values()) {
    terminal.say(terminal.strong(`${title} of ${s3.location.bucket}`))
    for (const line of json.split('\n')) terminal.say(terminal.good(`+ ${line}`))
    if (kept > 0) terminal.say(`  ${kept} more ${kept === 1 ? 'rule stays' : 'rules stay'}`)
    terminal.say()
  }
  if (!yes && !(await agrees())) {
    terminal.say('Nothing was written.')
    return false
  }
  for (const { title, query, document, headers: own } of changes.values()) {
    const body = xmlDocument(document)
    // S3 requires a digest for these calls.
    const headers = { ...own, 'content-md5': createHash('md5').update(body).digest('base64') }
    const reply = await callOnce(s3, { method: 'PUT', query: { [query]: '' }, headers, body })
    if (!isTaken(reply)) throw new CommandFailure(`the ${title} cannot be written: ${shown(reply)}`)
  }
  return true
}

async function agrees(): Promise<boolean> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(?:es)?$/i.test((await prompt.question('Write this? [y/N] ')).trim())
  } finally {
    prompt.close()
  }
}
