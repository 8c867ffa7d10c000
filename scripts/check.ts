/**
 * `npm run check`: all checks before a change lands. Independent steps run in parallel, as many as
 * there are cores; the output of a step appears at its end. The tests run last and alone: they take
 * longest, use all cores, and some measure time. Every step runs, also after a failure. The last
 * line counts steps and tests.
 *
 * @module
 */

import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'

const REPORT = '.test/vitest.json'

interface Step {
  readonly name: string
  readonly command: readonly [program: string, ...args: string[]]
}

/** Steps that read only the sources. The longest are first, so that none runs alone at the end. */
const OF_THE_SOURCES: readonly Step[] = [
  { name: 'build', command: ['node', 'scripts/build.ts'] },
  { name: 'lint and format', command: ['biome', 'check', '.'] },
  { name: 'types', command: ['tsc'] },
  { name: 'unused files, exports and dependencies', command: ['knip'] },
  { name: 'chains of imports', command: ['node', 'scripts/check-imports.ts'] },
  { name: 'files on the way', command: ['node', '--conditions=source', 'scripts/check-path.ts'] },
  { name: 'docs', command: ['node', '--conditions=source', 'scripts/check-docs.ts'] },
  { name: 'style budgets', command: ['node', 'scripts/check-style.ts'] },
]

/** Steps that read the result of the build. */
const OF_THE_BUILD: readonly Step[] = [
  { name: 'types of the package', command: ['attw', '--pack', '.', '--profile', 'esm-only'] },
  { name: 'built package', command: ['node', 'scripts/check-package.ts'] },
  { name: 'package', command: ['publint', '--strict'] },
  { name: 'bundles', command: ['node', 'scripts/check-bundles.ts'] },
]

/** Only in CI: the tests against Ceph and Swift, because they install 130 MB of servers. */
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

/** Runs one step and shows its output: as it comes when `live`, else in one piece at the end. */
async function runStep({ name, command }: Step, live = false): Promise<boolean> {
  const [program, ...args] = command
  const title = `\n› ${name}: ${command.join(' ')}\n`
  const started = performance.now()
  const output: Buffer[] = []
  if (live) process.stdout.write(title)
  const child = spawn(program, args, { stdio: live ? 'inherit' : ['ignore', 'pipe', 'pipe'] })
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (bytes: Buffer) => output.push(bytes))
  }
  const green = await new Promise<boolean>((resolve) => {
    child.on('close', (code) => resolve(code === 0))
    child.on('error', (error) => {
      output.push(Buffer.from(`${error.message}\n`))
      resolve(false)
    })
  })
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  const printed = `${live ? '' : title}${Buffer.concat(output).toString()}`
  process.stdout.write(`${printed}${green ? '✓' : '✗'} ${name} (${seconds} s)\n`)
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
      if (!(await runStep(step))) failed.push(step.name)
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  return failed
}

/** Counts the tests. A run without a report counts as one failure. */
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
const failedSteps = [
  ...(await runSideBySide(OF_THE_SOURCES)),
  ...(await runSideBySide(OF_THE_BUILD)),
]
const green = await runStep(TESTS, true)
const tests = countTests(green)
const steps = OF_THE_SOURCES.length + OF_THE_BUILD.length
const passed = steps - failedSteps.length + tests.passed
const failed = failedSteps.length + tests.failed
if (failedSteps.length > 0) console.log(`\nFailed: ${failedSteps.join(', ')}`)
console.log(`\n${passed} passed, ${failed} failed`)
process.exit(failed === 0 && green ? 0 : 1)
