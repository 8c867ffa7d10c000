import { globSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { playwright } from '@vitest/browser-playwright'
import { TEST_FLAGS } from '@waybill/test-support/test-flags'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type BrowserConfigOptions, type TestSpecification } from 'vitest/node'
import { BUNDLED_DEPENDENCIES } from './test/browsers/bundled-dependencies.ts'
import { CHROMIUM_FLAGS, findHeadlessChromium } from './tools/chromium.ts'

const source = { conditions: ['@waybill/source'] }
/** Frameworks beside those of the root; their global setup installs them. */
const OTHER = `${import.meta.dirname}/test/frameworks/packages/node_modules`

/** How test files run that need nothing but Node. */
const IN_NODE = {
  // No test leaves a global patched (CONTRIBUTING.md), so files may share a worker. Half of the CPU
  // of short suites, and of those that load the CDK, went into loading the same modules.
  isolate: false,
  setupFiles: ['test/support/remove-folders.ts'],
  execArgv: [...TEST_FLAGS],
  // For the program that tests start some hundred times: half of its start is compiling.
  env: { NODE_COMPILE_CACHE: `${import.meta.dirname}/.test/compile-cache` },
  testTimeout: 120_000,
  hookTimeout: 120_000,
}

const IN_BROWSER = '{packages/*/,}test/**/*.browser.test.ts'
const SLOW = '{packages/*/,}test/**/*.slow.test.ts'

/** Suites that start signer, proxies and local S3 for each test. `npm run unit` leaves them out. */
const WITH_SYSTEM = globSync('packages/waybill/test/client/**/*.test.ts').filter((file) =>
  readFileSync(file, 'utf8').includes('test-support/system'),
)

/** Another object each time: Vitest writes into it. */
function inChromium(): BrowserConfigOptions {
  return {
    enabled: true,
    headless: true,
    screenshotFailures: false,
    provider: playwright({
      launchOptions: { executablePath: findHeadlessChromium(), args: CHROMIUM_FLAGS },
    }),
    instances: [{ browser: 'chromium' }],
  }
}

/** Vitest starts the largest files first. This one is small, but takes longest. */
const LONGEST = 'packages/strict-s3/test/conformance/conformance.test.ts'

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const at = sorted.findIndex(({ moduleId }) => moduleId.endsWith(LONGEST))
    const start = sorted.findIndex(({ project }) => project === sorted[at]?.project)
    if (at !== -1) sorted.splice(start, 0, ...sorted.splice(at, 1))
    return sorted
  }
}

/** `npm test` runs `node` and `browser`, `npm run unit` a part of `node`, `npm run test:ci` the rest. */
export default defineConfig({
  resolve: source,
  ssr: { resolve: source },
  test: {
    // Three more than cores: at any time some tests only wait.
    maxWorkers: availableParallelism() + 3,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          ...IN_NODE,
          name: 'node',
          include: ['{packages/*/,}test/**/*.test.ts'],
          exclude: [
            IN_BROWSER,
            SLOW,
            // vitest.engines.config.ts has them.
            'test/browsers/{element,old}-page.test.ts',
            'test/{clamav,frameworks,interop,rehearsal,runtimes,site}/**',
          ],
        },
      },
      {
        extends: true,
        test: {
          ...IN_NODE,
          name: 'unit',
          include: [
            'packages/waybill-s3/test/**/*.test.ts',
            'packages/waybill/test/{client,node,protocol,signer,storage}/**/*.test.ts',
          ],
          exclude: [IN_BROWSER, SLOW, 'packages/waybill/test/client/browser/**', ...WITH_SYSTEM],
        },
      },
      {
        extends: true,
        test: { ...IN_NODE, name: 'slow', include: [SLOW] },
      },
      {
        extends: true,
        optimizeDeps: { include: [...BUNDLED_DEPENDENCIES] },
        test: {
          name: 'browser',
          include: [IN_BROWSER],
          globalSetup: ['packages/waybill/test/element/global-setup.ts'],
          testTimeout: 60_000,
          browser: inChromium(),
        },
      },
      {
        extends: true,
        test: {
          name: 'interop',
          include: ['test/interop/*.test.ts'],
          globalSetup: ['test/interop/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'clamav',
          include: ['test/clamav/*.test.ts'],
          testTimeout: 60_000,
          // Debian's package is fetched.
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'frameworks',
          include: ['test/frameworks/*.test.ts'],
          // vitest.engines.config.ts has it.
          exclude: ['test/frameworks/hooks-page.test.ts'],
          globalSetup: ['test/frameworks/global-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        resolve: {
          alias: { react: `${OTHER}/react`, 'react-dom': `${OTHER}/react-dom` },
        },
        optimizeDeps: { include: [...BUNDLED_DEPENDENCIES] },
        test: {
          name: 'react-18',
          include: ['packages/waybill/test/react/*.browser.test.ts'],
          globalSetup: [
            'test/frameworks/global-setup.ts',
            'packages/waybill/test/element/global-setup.ts',
          ],
          testTimeout: 60_000,
          browser: inChromium(),
        },
      },
      {
        extends: true,
        test: {
          name: 'runtimes',
          include: ['test/runtimes/*.test.ts'],
          globalSetup: ['test/runtimes/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'site',
          include: ['test/site/*.test.ts'],
          testTimeout: 120_000,
          // The generator is installed, and the site built.
          hookTimeout: 300_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'rehearsal',
          include: ['test/rehearsal/*.test.ts'],
          // Each runs the command line of CDK: ten seconds where nothing else runs.
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
})
