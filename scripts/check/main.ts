/**
 * `npm run check`: all checks before a change lands. Independent steps run in parallel, as many as
 * there are cores; the output of a step appears at its end. The tests run last and alone: they take
 * longest, use all cores, and some measure time. Every step runs, also after a failure. A step that
 * takes too long is ended and has failed. The last lines name what failed, and count steps and
 * tests. With `--engines`, what runs in a browser runs in three engines, after all else.
 *
 * @module
 */

import { mkdirSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { endAllSteps, runStep, type Step } from './run-step.ts'
import { readTestReport, type TestCount } from './test-report.ts'

const REPORT = '.test/vitest.json'
const ENGINES_REPORT = '.test/engines.json'
const REHEARSAL_REPORT = '.test/rehearsal.json'
const withEngines = process.argv.includes('--engines')

const MINUTE = 60_000
/** Each takes below a minute on two cores. */
const limitMs = 10 * MINUTE

/** Steps that read only the sources. The longest are first, so that none runs alone at the end. */
const OF_THE_SOURCES: readonly Step[] = [
  { name: 'types', command: ['tsc'], limitMs },
  { name: 'lint and format', command: ['biome', 'check', '.'], limitMs },
  { name: 'build', command: ['node', 'scripts/build/main.ts'], limitMs },
  { name: 'docs', command: ['node', '--conditions=source', 'scripts/check/docs.ts'], limitMs },
  { name: 'unused files, exports and dependencies', command: ['knip'], limitMs },
]

/** Steps that read the result of the build. */
const OF_THE_BUILD: readonly Step[] = [
  {
    name: 'types of the package',
    command: ['attw', '--pack', '.', '--profile', 'esm-only'],
    limitMs,
  },
  { name: 'built package', command: ['node', 'scripts/check/package.ts'], limitMs },
  { name: 'package', command: ['publint', '--strict'], limitMs },
  { name: 'bundles', command: ['node', 'scripts/check/bundles.ts'], limitMs },
  // Each installs a framework. `npm run test:long` takes all of them.
  ...(process.env.CI ? [twoExamples()] : []),
]

/** Other ones for each commit. */
function twoExamples(): Step {
  const draw = ['scripts/examples/main.ts', '--draw', '2']
  return {
    name: 'two of the examples',
    command: ['node', '--conditions=source', ...draw],
    limitMs: 15 * MINUTE,
  }
}

/**
 * Only in CI: the tests against Ceph, Swift and ClamAV and in other runtimes, because they install
 * 130, 30 and 350 MB of programs; and the tests of the hooks once more, in React 18.
 */
const PROJECTS = [
  'node',
  'frameworks',
  ...(withEngines ? [] : ['browser']),
  ...(process.env.CI ? ['interop', 'clamav', 'runtimes', 'react-18'] : []),
]

interface TestStep extends Step {
  readonly report: string
}

const TESTS: TestStep = {
  name: 'tests',
  report: REPORT,
  command: [
    'vitest',
    'run',
    ...PROJECTS.map((project) => `--project=${project}`),
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${REPORT}`,
  ],
  limitMs: 30 * MINUTE,
}

/** Three minutes on two cores. */
const ENGINES: TestStep = {
  name: 'tests in three browser engines',
  report: ENGINES_REPORT,
  command: ['vitest', 'run', '--config', 'vitest.engines.config.ts'],
  limitMs: 15 * MINUTE,
}

/** Only in CI: it installs moto. Two minutes on two cores. */
const REHEARSAL: TestStep = {
  name: 'rehearsal of a deployment',
  report: REHEARSAL_REPORT,
  command: [
    'vitest',
    'run',
    '--project=rehearsal',
    '--reporter=verbose',
    '--reporter=json',
    `--outputFile.json=${REHEARSAL_REPORT}`,
  ],
  limitMs: 15 * MINUTE,
}

/** Only in CI, after the tests: it measures. Half a minute; a busy machine needs more. */
const GUARD: Step = {
  name: 'CPU of hot operations',
  command: ['node', '--conditions=source', 'bench/guard/main.ts'],
  limitMs: 15 * MINUTE,
}

/** Runs one step and shows its output: as it comes when `live`, else in one piece at the end. */
async function showStep(step: Step, live = false): Promise<boolean> {
  const title = `\n› ${step.name}: ${step.command.join(' ')}\n`
  if (live) process.stdout.write(title)
  const { green, output, seconds } = await runStep(step, { live })
  const printed = live ? '' : `${title}${output}`
  process.stdout.write(`${printed}${green ? '✓' : '✗'} ${step.name} (${seconds.toFixed(1)} s)\n`)
  return green
}

/**
 * Runs independent steps in parallel.
 * @returns The names of the failed steps.
 */
async function runSideBySide(steps: readonly Step[]): Promise<string[]> {
  const waiting = [...steps]
  const failed: string[] = []
  const work = async () => {
    for (let step = waiting.shift(); step; step = waiting.shift()) {
      if (!(await showStep(step))) failed.push(step.name)
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  return failed
}

/** Runs tests and counts them. */
async function showTests(step: TestStep): Promise<TestCount> {
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
// Programs of temporary folders stay in it for ever.
rmSync('.test/compile-cache', { recursive: true, force: true })
mkdirSync('.test', { recursive: true })
const failedSteps = [
  ...(await runSideBySide(OF_THE_SOURCES)),
  ...(await runSideBySide(OF_THE_BUILD)),
]
// Then no suite builds it once more (scripts/build/built-package.ts).
if (!failedSteps.includes('build')) process.env.WAYBILL_BUILT = '1'
const tests = await showTests(TESTS)
if (process.env.CI && !(await showStep(GUARD, true))) failedSteps.push(GUARD.name)
const suites = [
  tests,
  ...(process.env.CI ? [await showTests(REHEARSAL)] : []),
  ...(withEngines ? [await showTests(ENGINES)] : []),
]
const steps = OF_THE_SOURCES.length + OF_THE_BUILD.length + (process.env.CI ? 1 : 0)
const count = (which: 'passed' | 'failed') => suites.reduce((sum, suite) => sum + suite[which], 0)
const passed = steps - failedSteps.length + count('passed')
const failed = failedSteps.length + count('failed')
if (failed > 0) console.log('\nFailed:')
for (const name of failedSteps) console.log(`✗ ${name}`)
for (const failure of suites.flatMap(({ failures }) => failures)) console.log(`✗ ${failure}`)
console.log(`\n${passed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
