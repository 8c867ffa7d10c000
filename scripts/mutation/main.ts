/**
 * `npm run mutation`: changes the sources in small ways, one at a time, and looks whether a suite of the room fails.
 *
 *   npm run mutation                           all rooms, which takes hours
 *   npm run mutation -- signer                 one room
 *   npm run mutation -- src/aws/multipart.ts   one file or folder; `:40-60` after a file chooses lines
 *   npm run mutation -- --sample 150 --seed 7  some 150 mutants of all rooms together, the same for the same seed
 *
 * Prints the score of each room and what survived. Ends with 1 when the score is below the room's
 * `lowestScore`. What may survive, with its reason, is in `survivors.json` and does not count.
 *
 * @module
 */

import { globSync, statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { Stryker } from '@stryker-mutator/core'
import { ROOMS, type Room } from './rooms.ts'
import { drawSample } from './sample.ts'
import {
  describeMutant,
  type Mutant,
  readSources,
  readSurvivors,
  reasonOf,
  type Sources,
} from './survivors.ts'

/** Percent of a sample below which the run fails. Low, because not all rooms have been measured. */
const LOWEST_SAMPLE_SCORE = 75

interface Task {
  readonly name: string
  readonly room: Room
  /** Files, or `file:first-last`. */
  readonly mutate: readonly string[]
}

function filesOf(path: string): string[] {
  return globSync(`${path}/**/*.ts`).sort()
}

function roomTask(name: string): Task {
  const room = ROOMS[name]
  if (!room) throw new TypeError(`'${name}' is no room: ${Object.keys(ROOMS).join(', ')}`)
  return { name, room, mutate: filesOf(room.sources) }
}

/** A path within a folder that has suites of its own (`src/signer/waybill`) is judged by those alone: it is quicker. */
function pathTask(path: string): Task {
  const { room } = roomTask(path.split('/')[1] ?? '')
  const isFolder = !path.includes(':') && statSync(path).isDirectory()
  const folder = isFolder ? path : dirname(path)
  const own = globSync(`${folder.replace(/^src/, 'test')}/*.test.ts`)
  const isWithin = folder !== room.sources && own.length > 0
  return {
    name: path,
    room: isWithin ? { ...room, suites: own } : room,
    mutate: isFolder ? filesOf(path) : [path],
  }
}

/** One draw over all tasks: a room's part of the sample is its part of the code. */
function sampleOf(tasks: readonly Task[], size: number, seed: string): Task[] {
  const files = tasks.flatMap(({ mutate }) => mutate)
  const drawn = drawSample(files, size, seed)
  return tasks
    .map((task) => ({
      ...task,
      mutate: drawn.filter((pattern) => task.mutate.includes(pattern.replace(/:.*/, ''))),
    }))
    .filter(({ mutate }) => mutate.length > 0)
}

async function runStryker({ room, mutate }: Task): Promise<Mutant[]> {
  return new Stryker({
    testRunner: 'vitest',
    vitest: { configFile: 'vitest.mutation.config.ts' },
    plugins: ['@stryker-mutator/vitest-runner'],
    mutate: [...mutate],
    testFiles: globSync(room.suites, { exclude: room.without ?? [] }),
    coverageAnalysis: 'perTest',
    // What runs while a module loads would need a worker of its own for each mutant.
    ignoreStatic: true,
    // TypeScript 7 has no compiler API: Stryker must not look for the project's configuration.
    tsconfigFile: 'none.json',
    ignorePatterns: ['dist', 'cdk.out', '.waybill', 'bench/node_modules', 'test/media'],
    tempDirName: '.test/stryker',
    reporters: ['progress-append-only'],
    allowConsoleColors: false,
    concurrency: Number(values.concurrency),
    // Its workers grow: vitest keeps something of each run.
    maxTestRunnerReuse: 100,
    timeoutMS: 10_000,
    timeoutFactor: 2,
    allowEmpty: true,
  }).runMutationTest()
}

/** One line of a terminal: a mutant may be a whole function. */
function short(text: string): string {
  return text.length > 120 ? `${text.slice(0, 119)}…` : text
}

/** How many mutants were killed, of those without a reason to live. */
interface Score {
  readonly killed: number
  readonly counted: number
}

function percentOf({ killed, counted }: Score): number {
  return counted === 0 ? 100 : (100 * killed) / counted
}

/** Prints what a task found. */
function report(
  { name }: Task,
  mutants: readonly Mutant[],
  sources: Sources,
  seconds: number,
): Score {
  const survivors = readSurvivors()
  const killed = mutants.filter(({ status }) => status === 'Killed' || status === 'Timeout').length
  const lived = mutants
    .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
    .map((mutant) => ({ ...describeMutant(mutant, sources), status: mutant.status }))
  const unexplained = lived.filter((mutant) => reasonOf(mutant, survivors) === undefined)
  for (const { file, line, source, replacement, status } of unexplained) {
    const untested = status === 'NoCoverage' ? ' (no test runs it)' : ''
    console.log(`${file}:${line}${untested}\n  - ${short(source)}\n  + ${short(replacement)}`)
  }
  const counted = killed + unexplained.length
  const score = { killed, counted }
  console.log(
    `${name}: ${percentOf(score).toFixed(1)} % of ${counted} mutants killed, ${unexplained.length} survived, ` +
      `${lived.length - unexplained.length} survived with a reason (${seconds.toFixed(0)} s)`,
  )
  return score
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
    concurrency: { type: 'string', default: String(availableParallelism()) },
  },
})
const named = positionals.length > 0 ? positionals : Object.keys(ROOMS)
const whole = named.map((name) => (name.includes('/') ? pathTask(name) : roomTask(name)))
const tasks = values.sample ? sampleOf(whole, Number(values.sample), values.seed) : whole
let green = true
const total = { killed: 0, counted: 0 }
for (const task of tasks) {
  const started = performance.now()
  const sources = readSources(task.mutate.map((pattern) => pattern.replace(/:.*/, '')))
  const mutants = await runStryker(task)
  const score = report(task, mutants, sources, (performance.now() - started) / 1000)
  total.killed += score.killed
  total.counted += score.counted
  if (!values.sample && percentOf(score) < (task.room.lowestScore ?? 0)) green = false
}
if (values.sample) {
  // A room has a few of them only: their share in one room says little.
  console.log(`sample ${values.seed}: ${percentOf(total).toFixed(1)} % of ${total.counted} killed`)
  green = percentOf(total) >= LOWEST_SAMPLE_SCORE
}
process.exit(green ? 0 : 1)
