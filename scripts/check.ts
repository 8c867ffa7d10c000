/**
 * `npm run check`: everything that must hold before a change lands, in the order in which a failure is cheapest to
 * learn of. Every step runs, whatever the ones before it said; the last line counts steps and tests.
 *
 * @module
 */

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'

const REPORT = '.test/vitest.json'

interface Step {
  readonly name: string
  readonly command: readonly [program: string, ...args: string[]]
}

const STEPS: readonly Step[] = [
  { name: 'lint and format', command: ['biome', 'check', '.'] },
  { name: 'types', command: ['tsc'] },
  { name: 'style budgets', command: ['node', 'scripts/check-style.ts'] },
  { name: 'files on the way', command: ['node', '--conditions=source', 'scripts/check-path.ts'] },
  { name: 'build', command: ['node', 'scripts/build.ts'] },
  { name: 'bundles', command: ['node', 'scripts/check-bundles.ts'] },
  { name: 'docs', command: ['node', '--conditions=source', 'scripts/check-docs.ts'] },
  { name: 'package', command: ['publint', '--strict'] },
  { name: 'types of the package', command: ['attw', '--pack', '.', '--profile', 'esm-only'] },
  { name: 'unused files, exports and dependencies', command: ['knip'] },
  { name: 'built package', command: ['node', 'scripts/check-package.ts'] },
]

/** The tests against Ceph and Swift install 130 MB of servers, which nobody expects of `npm test` on a desk. */
const PROJECTS = process.env.CI ? ['node', 'browser', 'interop'] : ['node', 'browser']

const TESTS: Step = {
  name: 'tests',
  command: [
    'vitest',
    'run',
    ...PROJECTS.map((project) => `--project=${project}`),
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${REPORT}`,
  ],
}

function runStep({ name, command: [program, ...args] }: Step): boolean {
  console.log(`\n› ${name}: ${program} ${args.join(' ')}`)
  const started = performance.now()
  const { status } = spawnSync(program, args, { stdio: 'inherit' })
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(`${status === 0 ? '✓' : '✗'} ${name} (${seconds} s)`)
  return status === 0
}

/** @returns How many tests passed and failed; a run that wrote no report failed as one. */
function countTests(green: boolean): { passed: number; failed: number } {
  if (!existsSync(REPORT)) return { passed: 0, failed: 1 }
  const { numPassedTests, numFailedTests, numFailedTestSuites } = JSON.parse(
    readFileSync(REPORT, 'utf8'),
  )
  const failed = numFailedTests || (green ? 0 : Math.max(1, numFailedTestSuites))
  return { passed: numPassedTests, failed }
}

mkdirSync('.test', { recursive: true })
rmSync(REPORT, { force: true })
const failedSteps = STEPS.filter((step) => !runStep(step)).map(({ name }) => name)
const green = runStep(TESTS)
const tests = countTests(green)
const passed = STEPS.length - failedSteps.length + tests.passed
const failed = failedSteps.length + tests.failed
if (failedSteps.length > 0) console.log(`\nFailed: ${failedSteps.join(', ')}`)
console.log(`\n${passed} passed, ${failed} failed`)
process.exit(failed === 0 && green ? 0 : 1)
