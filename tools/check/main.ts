/**
 * `npm run check`: runs the fast tests and all other checks that a change must pass before it
 * lands. (`npm test` does the same, but installs what is missing first.) With `--ci`
 * (`npm run test:ci`), runs the rest: slow suites, and those that need other servers, browsers,
 * runtimes or frameworks.
 *
 * Independent steps run in parallel, one per core. Tests run last and alone, because they take
 * longest, use all cores, and some measure time. A failure does not stop the other steps. With
 * `--after-npm-test`, the totals include the last `npm test`. With `--ci`, tables of sizes follow, for
 * readers.
 *
 * @module
 */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { printSizes } from '../sizes.ts'
import { endAllSteps, runStep, type Step } from './run-step.ts'
import { readCount, readTestReport, sumOf, type TestCount } from './test-report.ts'

const MINUTE = 60_000

/** The time limit for steps that run in parallel. Each usually takes far less. */
const limitMs = 10 * MINUTE

const BUILD: Step = { name: 'build', command: ['node', 'tools/build/main.ts'], limitMs }

/** Steps that read only the sources. The longest come first, so that none runs alone at the end. */
const OF_THE_SOURCES: readonly Step[] = [
  { name: 'types', command: ['tsc'], limitMs },
  { name: 'lint and format', command: ['biome', 'check', '.'], limitMs },
  BUILD,
  {
    name: 'docs',
    command: ['node', '--conditions=@waybill/source', 'tools/check/docs.ts'],
    limitMs,
  },
  { name: 'unused files, exports and dependencies', command: ['knip'], limitMs },
]

const OF_THE_BUILD: readonly Step[] = [
  { name: 'built packages', command: ['node', 'tools/check/package.ts'], limitMs },
  { name: 'bundles', command: ['node', 'tools/check/bundles.ts'], limitMs },
]

/** A step whose tests are counted one by one. */
interface TestStep extends Step {
  readonly report: string
}

/** @param projects - The projects in vitest.config.ts to run. */
function testsOf(name: string, projects: readonly string[], report: string): TestStep {
  const chosen = projects.map((project) => `--project=${project}`)
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const command = ['vitest', 'run', ...chosen, ...reporters] as const
  return { name, command, report, limitMs: 25 * MINUTE }
}

interface Plan {
  readonly groups: readonly (readonly Step[])[]
  readonly alone: readonly (Step | TestStep)[]
  readonly count: string
}

const NPM_TEST: Plan = {
  groups: [OF_THE_SOURCES, OF_THE_BUILD],
  alone: [testsOf('tests', ['node', 'browser'], '.test/vitest.json')],
  count: '.test/count.json',
}

const TEST_CI: Plan = {
  groups: [[BUILD]],
  alone: [
    testsOf(
      'slow tests, and tests with other servers, runtimes and frameworks',
      ['slow', 'interop', 'clamav', 'runtimes', 'frameworks', 'react-18'],
      '.test/slow.json',
    ),
    // Runs alone because it measures CPU time.
    {
      name: 'CPU time of hot operations',
      command: ['node', '--conditions=@waybill/source', 'bench/guard/guard.ts'],
      limitMs: 15 * MINUTE,
    },
    testsOf('deployment rehearsal', ['rehearsal'], '.test/rehearsal.json'),
    {
      name: 'tests in three browser engines',
      command: ['vitest', 'run', '--config', 'vitest.engines.config.ts'],
      report: '.test/engines.json',
      limitMs: 15 * MINUTE,
    },
    testsOf('docs as a site, in three browser engines', ['site'], '.test/site.json'),
    // Of those that install a framework, only two. Each commit runs different ones, and
    // `npm run test:long` runs all of them.
    {
      name: 'example apps',
      command: ['node', '--conditions=@waybill/source', 'tools/examples/main.ts', '--draw', '2'],
      limitMs: 15 * MINUTE,
    },
  ],
  count: '.test/count-ci.json',
}

/** Prints the step's output: immediately if `live`, otherwise all at once at the end. */
async function showStep(step: Step, live = false): Promise<boolean> {
  const title = `\n› ${step.name}: ${step.command.join(' ')}\n`
  if (live) process.stdout.write(title)
  const { green, output, seconds } = await runStep(step, { live })
  const printed = live ? '' : `${title}${output}`
  process.stdout.write(`${printed}${green ? '✓' : '✗'} ${step.name} (${seconds.toFixed(1)} s)\n`)
  return green
}

function countOf(step: Step, green: boolean): TestCount {
  return green
    ? { passed: 1, failed: 0, failures: [] }
    : { passed: 0, failed: 1, failures: [step.name] }
}

async function runSideBySide(steps: readonly Step[]): Promise<TestCount[]> {
  const waiting = [...steps]
  const counts: TestCount[] = []
  const work = async () => {
    for (let step = waiting.shift(); step; step = waiting.shift()) {
      counts.push(countOf(step, await showStep(step)))
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  return counts
}

/** Tests in a report are counted one by one. Any other step counts as one. */
async function runAlone(step: Step | TestStep): Promise<TestCount> {
  if (!('report' in step)) return countOf(step, await showStep(step, true))
  rmSync(step.report, { force: true })
  const green = await showStep(step, true)
  return readTestReport(step.report, green)
}

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.once(signal, () => {
    endAllSteps()
    process.exit(code)
  })
}
const plan = process.argv.includes('--ci') ? TEST_CI : NPM_TEST
rmSync(plan.count, { force: true })
// The cache would keep compiled programs from temporary folders forever.
rmSync('.test/compile-cache', { recursive: true, force: true })
mkdirSync('.test', { recursive: true })
const counts: TestCount[] = []
if (process.argv.includes('--after-npm-test')) counts.push(readCount(NPM_TEST.count, 'npm test'))
for (const group of plan.groups) counts.push(...(await runSideBySide(group)))
for (const step of plan.alone) counts.push(await runAlone(step))
const { passed, failed, failures } = sumOf(counts)
writeFileSync(plan.count, JSON.stringify({ passed, failed, failures }))
if (plan === TEST_CI) printSizes()
if (failed > 0) console.log('\nFailed:')
for (const failure of failures) console.log(`✗ ${failure}`)
console.log(`\n${passed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
