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
import { versionIn } from '@waybill/command-line/run-program'
import { readSettings, type Setting, type Settings } from '@waybill/command-line/settings'
import { sayReady, stopSignal } from '@waybill/command-line/stop-signal'
import type { Terminal } from '@waybill/command-line/terminal'
import { S3Error } from 'waybill-s3'
import type { Log, LogEntry } from '../http/log.ts'
import { SeedError } from '../seed.ts'
import { type StrictS3, startStrictS3 } from '../start-strict-s3.ts'
import { sayBanner } from './banner.ts'
import { checkKey, readKeyPairs } from './key-pairs.ts'
import { type S3Options, s3Options } from './s3-options.ts'
import { PURPOSE, S3_SETTINGS } from './s3-settings.ts'

/** Runs until the process is stopped, and returns the exit code. */
export async function runS3(
  values: OptionValues,
  terminal: Terminal,
  packageJson: URL,
): Promise<number> {
  const settings = readSettings(S3_SETTINGS, values, process.env)
  const json = isJsonLog(settings.log)
  const person = json ? silent(terminal) : terminal
  const stopped = stopSignal(person)
  const keys = readKeyPairs(values, process.env)
  const { value: adminKey, name: adminName = '' } = settings['admin-key'] ?? {}
  checkKey(adminKey, adminName, 'no request could send it')
  const port = await choosePort(settings.port?.value, settings.port?.name ?? '--port', S3_PORT)
  const home = await homeOf(settings)
  const host = openHost(settings.host?.value, settings.host?.name)
  const place = { s3Port: port.port, home, terminal, ...(host && { host }) }
  const options = await s3Options(settings, keys.credentials, place)
  const log = jsonLog(terminal)
  const version = await versionIn(packageJson)
  const s3 = await start(json ? { ...options, log: log.write } : options)
  const endpoint = endpointOf(s3, host)
  if (json) log.ready({ ...readyLine(endpoint, options, home), seeded: s3.seeded })
  person.say(person.warning(`strict-s3 ${version} is ${PURPOSE}.`))
  person.say()
  sayPortTaken(person, port, '--port')
  sayBanner(person, endpoint, options, {
    keys,
    cors: settings.cors?.value,
    home,
    seeded: s3.seeded,
  })
  sayOpen(person, host)
  sayReady(person)
  await stopped
  await s3.close()
  return 0
}

function isJsonLog({ value, name }: Setting = { value: 'text', name: '--log' }): boolean {
  if (value === 'text' || value === 'json') return value === 'json'
  throw usageFailure(`${name} is '${value}', expected text or json`)
}

/** @returns `undefined` to keep objects in memory. */
async function homeOf({ memory, dir }: Settings): Promise<string | undefined> {
  const hasBothOptions = memory?.name === '--memory' && dir?.name === '--dir'
  if (hasBothOptions) throw usageFailure('--memory keeps no files, so it cannot be used with --dir')
  if (memory && dir?.name !== '--dir') return undefined
  return homeDirectory(dir?.value, dir?.name)
}

/**
 * Prints only JSON, one object per line, so that programs can parse standard output. Keeps warnings
 * until the server is ready, so that the first line is always the same.
 */
function jsonLog(terminal: Terminal): { readonly write: Log; ready(first: object): void } {
  let early: LogEntry[] | undefined = []
  const say = (entry: object) => terminal.say(JSON.stringify(entry))
  return {
    write: (_line, entry) => void (early ? early.push(entry) : say(entry)),
    ready(first) {
      for (const entry of [first, ...(early ?? [])]) say(entry)
      early = undefined
    },
  }
}

function readyLine(endpoint: string, options: S3Options, home: string | undefined) {
  return {
    time: new Date(),
    ready: endpoint,
    region: [options.region].flat()[0],
    buckets: options.buckets.map(({ name }) => name),
    accessKeyId: options.credentials[0]?.accessKeyId,
    ...(home === undefined ? {} : { dir: home }),
  }
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
    if (cause instanceof SeedError) throw new CommandFailure(cause.message, { cause })
    if (cause instanceof S3Error) {
      throw new CommandFailure(
        `the buckets' settings are invalid: ${cause.code}: ${messageOf(cause)}`,
        {
          cause,
        },
      )
    }
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    if (!code.startsWith('ERR_OSSL')) throw cause
    throw new CommandFailure(`--cert and --key: ${messageOf(cause)}`, { cause })
  }
}

function endpointOf({ endpoint, port }: StrictS3, host: OpenHost | undefined): string {
  return `${new URL(endpoint).protocol}//${host?.names[0] ?? 'localhost'}:${port}`
}
