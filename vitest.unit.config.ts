import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { TEST_FLAGS } from './test/support/test-flags.ts'

const source = { conditions: ['source'] }

/** What takes longer than the inner loop may: other processes, spoiled lines, many files. */
const SLOW = [
  'test/client/browser/**',
  'test/client/bad-network.test.ts',
  'test/client/old-signatures.test.ts',
  'test/client/short-failures.test.ts',
  'test/client/signer-answers.test.ts',
  'test/client/waiting.test.ts',
  'test/client/list/intake/dropped-folder.test.ts',
  'test/client/list/interrupted.test.ts',
  'test/client/list/many-files.test.ts',
  'test/client/list/snapshots.test.ts',
  'test/client/list/upload-list.test.ts',
  'test/client/resume/node-files.test.ts',
  'test/client/resume/resume.test.ts',
  'test/client/resume/scope.test.ts',
  'test/client/upload/many-files.test.ts',
  'test/client/upload/parts.test.ts',
  'test/client/upload/progress/progress.test.ts',
  'test/client/upload/public-rule.test.ts',
  'test/client/upload/retry.test.ts',
  'test/signer/cold-path.test.ts',
  'test/signer/quota/asked-store.test.ts',
  'test/signer/waybill/sealing-platforms.test.ts',
]

/**
 * `npm run unit`: the rooms that change most often, within half a minute on two cores. `npm test`
 * runs everything.
 */
export default defineConfig({
  resolve: source,
  ssr: { resolve: source },
  test: {
    name: 'unit',
    include: ['test/{aws,client,node,protocol,s3,signer}/**/*.test.ts'],
    exclude: ['test/**/*.browser.test.ts', ...SLOW],
    // No test patches a global (CONTRIBUTING.md), so files may share a worker.
    isolate: false,
    maxWorkers: availableParallelism(),
    execArgv: TEST_FLAGS,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
