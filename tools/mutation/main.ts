/**
 * `npm run mutation`: makes small changes to the sources, one at a time, and checks whether a test
 * of the same folder fails.
 *
 *   npm run mutation -- signer                    one room
 *   npm run mutation -- <path>                    a folder or file; `:40-60` after a file for some lines
 *   npm run mutation -- signer --sample 150 --seed 7    about 150 mutants of it
 *   npm run mutation -- --sample 150 --seed 7           about 150 mutants of all rooms
 *
 * Prints the mutants that survived. Many of them change nothing that a user would notice, so judge
 * each one yourself.
 *
 * @module
 */

import { globSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { Stryker } from '@stryker-mutator/core'
import { drawSample } from './sample.ts'

const ROOMS = 'waybill-s3 protocol storage signer arrival lambda client uppy'.split(' ')
/** Sources that only pages run, while Stryker activates mutants in Node. */
const NOT_HERE = [
  'packages/waybill/src/client/list/{drop-props,dropped-files}.ts',
  'packages/waybill/src/client/resume/browser-store.ts',
]
/** Suites that run code in another process, measure its size or take too long. */
const WITHOUT = [
  '**/*.{browser,slow}.test.ts',
  'packages/waybill/test/client/browser/**',
  'packages/waybill-aws/test/lambda/{bundle.test.ts,deployed/**}',
]
const CLIENT = 'packages/waybill/src/client'
const OF_CLIENT = 'test/faults/{clocks,single-faults,unknown-fate}.test.ts'

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
    concurrency: { type: 'string', default: String(availableParallelism()) },
  },
})
const paths = (positionals.length > 0 ? positionals : ROOMS).map(pathOf)
const sources = paths.flatMap(sourcesOf)
const mutate = values.sample ? drawSample(sources, Number(values.sample), values.seed) : sources

function pathOf(name: string): string {
  if (name.includes('/')) return name
  const [path] = globSync([`packages/${name}/src`, `packages/*/src/${name}`])
  if (path === undefined)
    throw new TypeError(`'${name}' is not a room, expected one of ${ROOMS.join(', ')}`)
  return path
}

function sourcesOf(path: string): string[] {
  return path.includes('.ts') ? [path] : globSync(`${path}/**/*.ts`, { exclude: NOT_HERE }).sort()
}

/** The suites of the path's folder, or of the closest folder above that has any. */
function suitesOf(path: string): string[] {
  const folder = path.includes('.ts') ? dirname(path) : path
  const own = globSync(`${folder.replace('/src', '/test')}/**/*.test.ts`, { exclude: WITHOUT })
  if (own.length === 0 && folder.includes('/src/')) return suitesOf(dirname(folder))
  return folder === CLIENT ? [...own, ...globSync(OF_CLIENT)] : own
}

await new Stryker({
  testRunner: 'vitest',
  vitest: { configFile: 'vitest.mutation.config.ts' },
  plugins: ['@stryker-mutator/vitest-runner'],
  mutate,
  testFiles: [...new Set(paths.flatMap(suitesOf))],
  coverageAnalysis: 'perTest',
  // Each mutant in code that runs while a module loads would need a separate worker.
  ignoreStatic: true,
  // This file does not exist. It stops Stryker from reading the project's configuration, because
  // TypeScript 7 has no compiler API.
  tsconfigFile: 'none.json',
  ignorePatterns: 'dist cdk.out .waybill bench/node_modules packages/waybill/test/media'.split(' '),
  tempDirName: '.test/stryker',
  reporters: ['progress-append-only', 'clear-text'],
  clearTextReporter: { logTests: false, reportTests: false, allowEmojis: false },
  allowConsoleColors: false,
  concurrency: Number(values.concurrency),
  // Restart workers regularly, because Vitest leaks memory with each run.
  maxTestRunnerReuse: 100,
  timeoutMS: 10_000,
  timeoutFactor: 2,
  allowEmpty: true,
}).runMutationTest()
process.exit()
