/**
 * `npm run mutation`: makes small changes to the sources, one at a time, and checks whether one of
 * the room's suites fails.
 *
 *   npm run mutation                      all rooms, which takes hours
 *   npm run mutation -- signer            one room
 *   npm run mutation -- <path>            one file or folder; `:40-60` after a file for some lines
 *   npm run mutation -- <path> --by-room  runs all suites of its room
 *   npm run mutation -- --sample --seed 7           about 100 mutants from all rooms
 *   npm run mutation -- waybill-s3 --sample 150     about 150 mutants from one room
 *
 * Prints the mutants that survived and each room's score. Many survivors change nothing that a user
 * would notice, so judge each one yourself.
 *
 * @module
 */

import { globSync, readFileSync, statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { Stryker } from '@stryker-mutator/core'
import { ROOMS, type Room } from './rooms.ts'
import { drawSample } from './sample.ts'

type Mutant = Awaited<ReturnType<Stryker['runMutationTest']>>[number]

/** Source text by absolute file name. It is read at the start, because a run takes minutes. */
type Sources = ReadonlyMap<string, string>

/** The default sample size. Testing it takes a few minutes. */
const SAMPLE_SIZE = '100'

interface Task {
  readonly name: string
  readonly room: Room
  /** Files, or `file:first-last`. */
  readonly mutate: readonly string[]
}

function filesOf({ sources, elsewhere = [] }: Room): string[] {
  return globSync(sources, { exclude: elsewhere }).sort()
}

function roomTask(name: string): Task {
  const room = ROOMS[name]
  if (!room) throw new TypeError(`'${name}' is no room: ${Object.keys(ROOMS).join(', ')}`)
  return { name, room, mutate: filesOf(room) }
}

function filesAt(path: string): { readonly room: Room; readonly files: readonly string[] } {
  const file = path.replace(/:.*/, '')
  for (const room of Object.values(ROOMS)) {
    const files = filesOf(room).filter((each) => each === file || each.startsWith(`${file}/`))
    if (files.length > 0) return { room, files }
  }
  throw new TypeError(`'${path}' is in no room`)
}

/**
 * Runs only the suites of the path's own folder if it has any, because that is faster. `--by-room`
 * runs all of the room's suites.
 */
function pathTask(path: string): Task {
  const { room, files } = filesAt(path)
  const isFolder = !path.includes(':') && statSync(path).isDirectory()
  const folder = isFolder ? path : dirname(path)
  const own = globSync(`${folder.replace('/src', '/test')}/**/*.test.ts`)
  const isWithin =
    !values['by-room'] && folder.split('/').length > 2 && own.length > 0 && !room.isInPage
  return {
    name: path,
    room: isWithin ? { ...room, suites: own } : room,
    mutate: isFolder ? files : [path],
  }
}

/** Draws one sample across all tasks, so that each room's share matches its share of the code. */
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
  // Stryker's runners are separate processes that read the configuration.
  if (room.isInPage) process.env.WAYBILL_MUTATION_IN_PAGE = '1'
  else delete process.env.WAYBILL_MUTATION_IN_PAGE
  return new Stryker({
    testRunner: 'vitest',
    vitest: { configFile: 'vitest.mutation.config.ts' },
    plugins: ['@stryker-mutator/vitest-runner'],
    mutate: [...mutate],
    testFiles: globSync(room.suites, { exclude: room.without ?? [] }),
    coverageAnalysis: 'perTest',
    // Each mutant in code that runs while a module loads would need a separate worker.
    ignoreStatic: true,
    // This file does not exist. It stops Stryker from reading the project's configuration, because
    // TypeScript 7 has no compiler API.
    tsconfigFile: 'none.json',
    ignorePatterns: [
      'dist',
      'cdk.out',
      '.waybill',
      'bench/node_modules',
      'packages/waybill/test/media',
    ],
    tempDirName: '.test/stryker',
    reporters: ['progress-append-only'],
    allowConsoleColors: false,
    concurrency: Number(values.concurrency),
    // Restart workers regularly, because Vitest leaks memory with each run.
    maxTestRunnerReuse: 100,
    timeoutMS: 10_000,
    timeoutFactor: 2,
    allowEmpty: true,
  }).runMutationTest()
}

/** Shortens text to one line, because a mutant may be a whole function. */
function short(text: string): string {
  const line = text.replace(/\s+/g, ' ')
  return line.length > 120 ? `${line.slice(0, 119)}…` : line
}

interface Score {
  readonly name: string
  readonly killed: number
  readonly survived: number
  readonly seconds: number
}

function countOf({ killed, survived }: Pick<Score, 'killed' | 'survived'>): number {
  return killed + survived
}

function percentOf(score: Pick<Score, 'killed' | 'survived'>): number {
  return countOf(score) === 0 ? 100 : (100 * score.killed) / countOf(score)
}

function sumOf(scores: readonly Score[]): Score {
  const sum = (of: (score: Score) => number) => scores.reduce((all, each) => all + of(each), 0)
  return {
    name: 'all',
    killed: sum(({ killed }) => killed),
    survived: sum(({ survived }) => survived),
    seconds: sum(({ seconds }) => seconds),
  }
}

function printTable(scores: readonly Score[]): void {
  const columns = ['', 'mutants', 'killed', 'survived', '%', 'seconds']
  const rows = scores.map((score) => [
    score.name,
    String(countOf(score)),
    String(score.killed),
    String(score.survived),
    percentOf(score).toFixed(1),
    score.seconds.toFixed(0),
  ])
  const first = Math.max(...rows.map(([name = '']) => name.length))
  for (const [name = '', ...cells] of [columns, ...rows]) {
    const padded = cells.map((cell, index) => cell.padStart((columns[index + 1] ?? '').length))
    console.log([name.padEnd(first), ...padded].join('  '))
  }
}

function report(
  { name }: Task,
  mutants: readonly Mutant[],
  sources: Sources,
  seconds: number,
): Score {
  const killed = mutants.filter(({ status }) => status === 'Killed' || status === 'Timeout').length
  const lived = mutants.filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
  for (const mutant of lived) {
    const { fileName, location, replacement = '', status } = mutant
    const untested = status === 'NoCoverage' ? ' (no test runs it)' : ''
    console.log(`${relative('.', fileName)}:${location.start.line}${untested}`)
    console.log(`  - ${short(sourceOf(mutant, sources))}\n  + ${short(replacement)}`)
  }
  return { name, killed, survived: lived.length, seconds }
}

function sourceOf({ fileName, location: { start, end } }: Mutant, sources: Sources): string {
  const lines = (sources.get(fileName) ?? '').split('\n').slice(start.line - 1, end.line)
  const last = lines.length - 1
  return lines
    .map((line, index) =>
      line.slice(index === 0 ? start.column - 1 : 0, index === last ? end.column - 1 : undefined),
    )
    .join(' ')
}

function readSources(files: readonly string[]): Sources {
  return new Map(files.map((file) => [resolve(file), readFileSync(file, 'utf8')]))
}

/** Inserts the default size if `--sample` is given without a number. */
function withSampleSize(args: readonly string[]): string[] {
  return args.flatMap((arg, index) =>
    arg === '--sample' && !/^\d+$/.test(args[index + 1] ?? '') ? [arg, SAMPLE_SIZE] : [arg],
  )
}

const { positionals, values } = parseArgs({
  args: withSampleSize(process.argv.slice(2)),
  allowPositionals: true,
  options: {
    sample: { type: 'string' },
    'by-room': { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    concurrency: { type: 'string', default: String(availableParallelism()) },
  },
})
const named = positionals.length > 0 ? positionals : Object.keys(ROOMS)
const whole = named.map((name) => (name.includes('/') ? pathTask(name) : roomTask(name)))
const tasks = values.sample ? sampleOf(whole, Number(values.sample), values.seed) : whole
const scores: Score[] = []
for (const task of tasks) {
  const started = performance.now()
  const sources = readSources(task.mutate.map((pattern) => pattern.replace(/:.*/, '')))
  const mutants = await runStryker(task)
  scores.push(report(task, mutants, sources, (performance.now() - started) / 1000))
}
printTable(scores.length > 1 ? [...scores, sumOf(scores)] : scores)
process.exit()
