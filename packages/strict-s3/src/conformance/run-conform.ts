/**
 * Runs `strict-s3 conform`. This module loads all cases, so it is only imported when the command
 * runs.
 *
 * @module
 */

import { writeFile } from 'node:fs/promises'
import { constants } from 'node:os'
import { CommandFailure, messageOf, usageFailure } from '@waybill/command-line/command-failure'
import type { OptionValues } from '@waybill/command-line/command-line'
import { versionIn } from '@waybill/command-line/run-program'
import { readSettings } from '@waybill/command-line/settings'
import { ECHO_MS, STOP_SIGNALS } from '@waybill/command-line/stop-signal'
import type { Terminal } from '@waybill/command-line/terminal'
import { CONFORM_SETTINGS } from '../cli/conform-settings.ts'
import { checkKey } from '../cli/key-pairs.ts'
import { LOCAL_CREDENTIALS } from '../cli/local-bucket.ts'
import { checkTarget } from './check-target.ts'
import { jsonReport, markdownReport, type Report } from './report.ts'
import { type CaseResult, casesOf, type Run, runCases } from './run-cases.ts'
import type { Target } from './system.ts'

/**
 * @returns 0 if the server answers every case as AWS does, otherwise 1. After a signal, 128 and its
 *   number.
 */
export async function runConform(
  values: OptionValues,
  terminal: Terminal,
  packageJson: URL,
): Promise<number> {
  const target = readTarget(values)
  const { only } = values
  const total = casesOf(only).length
  if (total === 0) throw usageFailure(`--only is '${only}', which no case contains`)
  if (values.record !== undefined) await writeRecording(values.record, [])
  await checkTarget(target)
  const [stopped, late] = [new AbortController(), new AbortController()]
  const signals = { stopped: stopped.signal, late: late.signal }
  const run = runCases({ target: () => target, only, ...signals })
  const first: { signal?: NodeJS.Signals; atMs: number } = { atMs: 0 }
  const stop = (signal: NodeJS.Signals) => {
    if (!first.signal) {
      first.signal = signal
      first.atMs = performance.now()
      terminal.progress('')
      terminal.complain('Removing the last bucket. Ctrl+C again stops at once.')
      stopped.abort()
      setTimeout(() => late.abort(), STOP_MS).unref()
    } else if (signal !== first.signal || performance.now() - first.atMs > ECHO_MS) {
      if (run.buckets.size > 0) terminal.complain(`Left behind: ${[...run.buckets].join(', ')}`)
      process.exit(128 + constants.signals[signal])
    }
  }
  for (const signal of STOP_SIGNALS) process.on(signal, stop)
  const results: CaseResult[] = []
  const failure = await collect(run, results, () => terminal.progress(progressOf(results, total)))
  terminal.progress('')
  for (const signal of STOP_SIGNALS) process.off(signal, stop)

  const isPartial = first.signal !== undefined || failure !== undefined
  const { endpoint, region } = target
  const version = await versionIn(packageJson)
  const report: Report = { endpoint, region, version, time: new Date(), isPartial, results }
  terminal.say(values.json ? jsonReport(report) : markdownReport(report))
  if (values.record !== undefined) await writeRecording(values.record, results)
  if (run.buckets.size > 0) {
    terminal.complain(`These buckets could not be removed: ${[...run.buckets].join(', ')}`)
  }
  if (failure !== undefined) {
    throw new CommandFailure(
      `${endpoint} cannot be reached any more, after ${results.length} cases: ${messageOf(failure)}`,
      { cause: failure },
    )
  }
  if (first.signal) return 128 + constants.signals[first.signal]
  return results.some(({ differences }) => differences.length > 0) ? 1 : 0
}

/** How long the removal may take after a signal. Docker kills a container after ten seconds. */
const STOP_MS = 5000

/** @returns The error that ended the run, if any. */
async function collect(
  { results: from }: Run,
  results: CaseResult[],
  onResult: () => void,
): Promise<unknown> {
  try {
    for await (const result of from) {
      results.push(result)
      onResult()
    }
    return undefined
  } catch (error) {
    return error
  }
}

function progressOf(results: readonly CaseResult[], total: number): string {
  const differing = results.filter(({ differences }) => differences.length > 0).length
  return `${results.length} of ${total} cases${differing === 0 ? '' : `, ${differing} differ`}`
}

function readTarget(values: OptionValues): Target {
  const settings = readSettings(CONFORM_SETTINGS, values, process.env)
  const { origin: endpoint, hostname } = readEndpoint(values.endpoint)
  const isAws = /(?:^|\.)amazonaws\.com(?:\.cn)?\.?$/.test(hostname)
  if (isAws && values.yes === undefined) {
    throw usageFailure(
      `${endpoint} is AWS: the cases create and remove some thousand buckets and objects in your account, for a few cents. Add --yes to run them`,
    )
  }
  for (const key of ['access-key-id', 'secret-access-key', 'session-token'] as const) {
    checkKey(settings[key]?.value, settings[key]?.name ?? '')
  }
  const { value: accessKeyId, name: keyName } = settings['access-key-id'] ?? {}
  const isAwsKey = keyName === 'AWS_ACCESS_KEY_ID' && /^A[KS]IA/.test(accessKeyId ?? '')
  if (isAwsKey && !isAws && values.yes === undefined) {
    throw usageFailure(
      `${keyName} is the key of an AWS account, but ${endpoint} is not AWS. Set the server's key with --access-key-id and --secret-access-key, or add --yes to use this one`,
    )
  }
  const secretAccessKey = settings['secret-access-key']?.value
  const { value: sessionToken, name: tokenName } = settings['session-token'] ?? {}
  const region = settings.region?.value ?? 'us-east-1'
  if (accessKeyId === undefined && secretAccessKey === undefined) {
    return { endpoint, region, credentials: LOCAL_CREDENTIALS }
  }
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    throw usageFailure('--access-key-id and --secret-access-key belong together')
  }
  // The token in the environment belongs to the key in the environment.
  const isOther = tokenName === 'AWS_SESSION_TOKEN' && keyName !== 'AWS_ACCESS_KEY_ID'
  const token = sessionToken === undefined || isOther ? {} : { sessionToken }
  return { endpoint, region, credentials: { accessKeyId, secretAccessKey, ...token } }
}

function readEndpoint(text: string | undefined): URL {
  if (text === undefined) throw usageFailure('--endpoint is missing, expected the URL of a server')
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw usageFailure(`--endpoint is '${text}', expected a URL such as http://localhost:9000`)
  }
  if (url.pathname !== '/' || url.search !== '' || url.username !== '' || url.password !== '') {
    throw usageFailure('--endpoint has more than a host and a port, expected http://host:port')
  }
  return url
}

async function writeRecording(file: string, results: readonly CaseResult[]): Promise<void> {
  const recorded = results.map(({ category, title, see, answer }) => ({
    category,
    title,
    see,
    answer: answer ?? null,
  }))
  await writeFile(file, `${JSON.stringify(recorded, undefined, 2)}\n`).catch((cause: unknown) => {
    throw new CommandFailure(`--record: cannot write ${file}: ${messageOf(cause)}`, { cause })
  })
}
