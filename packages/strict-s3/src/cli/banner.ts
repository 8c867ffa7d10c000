/**
 * Prints what users need to connect to the server, and which settings they changed.
 *
 * @module
 */

import { hang } from '@waybill/command-line/fit-text'
import type { Terminal } from '@waybill/command-line/terminal'
import type { LocalCredentials } from '../auth/identity.ts'
import type { Seeded } from '../seed.ts'
import type { KeyPairs } from './key-pairs.ts'
import { LOCAL_CREDENTIALS } from './local-bucket.ts'
import type { S3Options } from './s3-options.ts'

const INDENT = ' '.repeat('  Kept in  '.length)

interface BannerFacts {
  readonly keys: KeyPairs
  /** The value of `--cors`. */
  readonly cors: string | undefined
  /** `undefined` if objects are kept in memory. */
  readonly home: string | undefined
  readonly seeded: Seeded | undefined
}

export function sayBanner(
  terminal: Terminal,
  endpoint: string,
  options: S3Options,
  { keys, cors, home, seeded }: BannerFacts,
): void {
  const say = (label: string, text: string) => terminal.say(hang(label, text, terminal.columns))
  terminal.say(`  S3       ${terminal.strong(endpoint)}`)
  for (const line of places(options)) say(INDENT, line)
  for (const pair of options.credentials) say(INDENT, keyPair(pair, keys))
  if (keys.ignored !== undefined) {
    const note = `${keys.ignored} has a real AWS account's access key. It was not used: do not sign requests to a test server with it.`
    terminal.say(terminal.warning(hang(INDENT, note, terminal.columns)))
  }
  say('  Kept in  ', home ?? 'memory')
  if (seeded) {
    const { stored, kept } = seeded
    say('  Seeded   ', `${stored} stored${kept > 0 ? `, ${kept} kept as they were` : ''}`)
  }
  const changed = changedSettings(options, cors)
  if (changed.length > 0) say('  With     ', changed.join('; '))
}

function places({ buckets, region }: S3Options): readonly string[] {
  const names = buckets.map((bucket) => `${bucket.name}${bucket.public ? ' (public)' : ''}`)
  const regions = [region].flat()
  const inBuckets = `${names.length === 1 ? 'bucket' : 'buckets'} ${names.join(', ') || '(none)'}`
  const inRegions = `${regions.length === 1 ? 'region' : 'regions'} ${regions.join(', ')}`
  const isShort = names.length <= 1 && regions.length === 1
  return isShort ? [`${inBuckets}, ${inRegions}`] : [inBuckets, inRegions]
}

/** The only secret that is printed is the one that everyone knows. */
function keyPair(pair: LocalCredentials, { sources }: KeyPairs): string {
  const { accessKeyId, secretAccessKey, sessionToken, readOnly, prefix } = pair
  const source = sources.get(accessKeyId)
  return [
    `access key ${accessKeyId}`,
    ...(pair === LOCAL_CREDENTIALS ? [`secret ${secretAccessKey}`] : []),
    ...(source === undefined ? [] : [`from ${source}`]),
    ...(sessionToken === undefined ? [] : ['with a session token']),
    ...(readOnly ? ['read-only'] : []),
    ...(prefix === undefined ? [] : [`only under ${prefix}`]),
  ].join(', ')
}

/** Webhook URLs and the admin key are left out, because they may be secret. */
function changedSettings(options: S3Options, cors: string | undefined): readonly string[] {
  const { pagesFrom, domains = [], faults = [] } = options
  const pages = Array.isArray(pagesFrom) ? pagesFrom.join(', ') : cors
  const kinds = [...new Set(faults.map(({ kind }) => kind))]
  return [
    ...(pages ? [`pages from ${pages}`] : []),
    ...(domains.length > 0 ? [`subdomains of ${domains.join(', ')}`] : []),
    ...(kinds.length > 0 ? [`faults ${kinds.join(', ')}`] : []),
    ...(options.webhook ? ['webhook'] : []),
    ...(options.adminKey === undefined ? [] : ['/_admin']),
  ]
}
