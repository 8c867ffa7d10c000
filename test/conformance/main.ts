/**
 * `npm run conform`: compares an S3 server with AWS, case by case, and prints a report.
 * `npm run conform -- --table` compares several servers, which it installs and starts, for
 * `packages/strict-s3/docs/conformance.md`.
 *
 * @module
 */

import { writeFile } from 'node:fs/promises'
import { constants } from 'node:os'
import { CommandFailure, messageOf, usageFailure } from '@waybill/command-line/command-failure'
import type { Command, OptionValues } from '@waybill/command-line/command-line'
import { runProgram, versionIn } from '@waybill/command-line/run-program'
import { ECHO_MS, STOP_SIGNALS } from '@waybill/command-line/stop-signal'
import type { Terminal } from '@waybill/command-line/terminal'
import { compareServers } from './compare-servers.ts'
import { jsonReport, markdownReport, type Report } from './report.ts'
import { type CaseResult, casesOf, type Run, runCases } from './run-cases.ts'
import { checkTarget, readTarget, TARGET_OPTIONS } from './target.ts'

/**
 * @returns 0 if the server answers every case as AWS does, otherwise 1. After a signal, 128 and its
 *   number.
 */
async function runConform(
  values: OptionValues,
  terminal: Terminal,
  packageJson: URL,
): Promise<number> {
  if (values.table !== undefined) return compareServers(values.table)
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

const conform: Command = {
  name: 'conform',
  about:
    'compare a server with AWS, case by case. It creates buckets named conformance-…, one at a time, and removes them',
  examples: [
    ['a report about a server', 'npm run conform -- --endpoint http://localhost:9000'],
    [
      'only the cases about presigned URLs, for programs',
      'npm run --silent conform -- --endpoint http://localhost:9000 --only presigned --json',
    ],
    ['AWS itself', 'npm run conform -- --endpoint https://s3.amazonaws.com --yes'],
  ],
  docs: 'packages/strict-s3/docs/conformance.md#compare-a-server',
  options: {
    ...TARGET_OPTIONS,
    only: { value: 'text', about: 'only cases whose category or title contains this text' },
    json: { about: 'print the report as JSON instead of Markdown' },
    record: {
      value: 'file.json',
      about: 'also write what the server answered, without secrets, signatures and account ids',
    },
    table: {
      value: 'servers',
      bare: 'all',
      about: 'update the table of the docs: install, start and compare these, separated by commas',
    },
  },
  run: runConform,
}

await runProgram(conform, new URL('../../packages/strict-s3/package.json', import.meta.url))
