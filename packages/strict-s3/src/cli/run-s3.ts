/**
 * Runs the `strict-s3` command. This module loads the server, so it is only imported when the
 * command runs.
 *
 * @module
 */

import { CommandFailure, messageOf, usageFailure } from '@waybill/command-line/command-failure'
import type { OptionValues } from '@waybill/command-line/command-line'
import { homeDirectory } from '@waybill/command-line/home-directory'
import { type OpenHost, openHost, sayOpen } from '@waybill/command-line/open-host'
import { choosePort, S3_PORT, sayPortTaken } from '@waybill/command-line/port'
import { untilStopped } from '@waybill/command-line/stop-signal'
import type { Terminal } from '@waybill/command-line/terminal'
import { S3Error } from 'waybill-s3'
import type { Log } from '../http/log.ts'
import { type StrictS3, startStrictS3 } from '../start-strict-s3.ts'
import { LOCAL_CREDENTIALS } from './local-bucket.ts'
import { type S3Options, s3Options } from './s3-options.ts'

/** Runs until the process is stopped, and returns the exit code. */
export async function runS3(values: OptionValues, terminal: Terminal): Promise<number> {
  const json = isJsonLog(values.log)
  const port = await choosePort(values, 'port', S3_PORT)
  const home = await homeDirectory(values.dir)
  const host = openHost(values)
  const place = { s3Port: port.port, home, terminal, ...(host && { host }) }
  const options = await s3Options(values, place)
  const s3 = await start(json ? { ...options, log: jsonLog(terminal) } : options)
  if (json) sayJson(terminal, { time: new Date(), ready: endpointOf(s3, host), dir: home })
  const person = json ? silent(terminal) : terminal
  person.say()
  sayPortTaken(person, port, 'port')
  sayAddress(person, endpointOf(s3, host), options)
  person.say(`  Kept in  ${home}`)
  sayOpen(person, host)
  return untilStopped(person, () => s3.close())
}

function isJsonLog(format = 'text'): boolean {
  if (format === 'text' || format === 'json') return format === 'json'
  throw usageFailure(`--log is '${format}', expected text or json`)
}

/** Prints only JSON, one object per line, so that programs can parse standard output. */
function sayJson(terminal: Terminal, entry: object): void {
  terminal.say(JSON.stringify(entry))
}

function jsonLog(terminal: Terminal): Log {
  return (_line, entry) => sayJson(terminal, entry)
}

function silent(terminal: Terminal): Terminal {
  return { ...terminal, say: () => {} }
}

/**
 * Reports an invalid bucket name, CORS rule or certificate as a failure that the user can correct.
 */
async function start(options: S3Options): Promise<StrictS3> {
  try {
    return await startStrictS3(options)
  } catch (cause) {
    if (cause instanceof S3Error) {
      throw new CommandFailure(`the buckets' settings: ${cause.code}: ${messageOf(cause)}`, {
        cause,
      })
    }
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    if (!code.startsWith('ERR_OSSL')) throw cause
    throw new CommandFailure(`--cert and --key: ${messageOf(cause)}`, { cause })
  }
}

function endpointOf({ endpoint, port }: StrictS3, host: OpenHost | undefined): string {
  return `${new URL(endpoint).protocol}//${host?.names[0] ?? 'localhost'}:${port}`
}

/** Does not print secrets from the config file. */
function sayAddress(terminal: Terminal, endpoint: string, options: S3Options): void {
  const names = options.buckets.map((bucket) => bucket.name).join(', ') || '(none)'
  terminal.say(`  S3       ${terminal.strong(endpoint)}`)
  terminal.say(`           bucket ${names}, region ${options.region}`)
  for (const pair of options.credentials) {
    const secret = pair === LOCAL_CREDENTIALS ? `, secret ${pair.secretAccessKey}` : ''
    terminal.say(`           access key ${pair.accessKeyId}${secret}`)
  }
}
