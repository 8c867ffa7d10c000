import { availableParallelism } from 'node:os'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type BrowserConfigOptions, type TestSpecification } from 'vitest/node'
import { CHROMIUM_FLAGS, findHeadlessChromium } from './scripts/chromium.ts'
import { BUNDLED_DEPENDENCIES } from './test/browsers/bundled-dependencies.ts'
import { TEST_FLAGS } from './test/support/test-flags.ts'

const source = { conditions: ['source'] }
/** Frameworks beside those of the root; their global setup installs them. */
const OTHER = `${import.meta.dirname}/test/frameworks/packages/node_modules`

/**
 * Short files that take long. Vitest begins with the largest: these would run at the end, alone.
 */
const LONG = [
  'cli/bad-line',
  'client/browser/insecure-page',
  'conformance/conformance',
  'demo/leaving',
  'demo/trial',
  'element/mistakes',
  'faults/many-files',
  'faults/seeded/seeded-uploads',
  'scripts/docs/examples',
].map((name) => `${import.meta.dirname}/test/${name}.test.ts`)

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) => LONG.includes(moduleId)
    const sorted = await super.sort(files)
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))]
  }
}

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

export default defineConfig({
  resolve: source,
  ssr: { resolve: source },
  test: {
    // Three more than cores: at any time some tests only wait.
    maxWorkers: availableParallelism() + 3,
    sequence: { sequencer: LongFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          include: ['test/**/*.test.ts'],
          exclude: [
            'test/**/*.browser.test.ts',
            'test/interop/**',
            'test/frameworks/**',
            'test/browsers/demo-page.test.ts',
            'test/runtimes/**',
            'test/rehearsal/**',
            'test/clamav/**',
          ],
          // No test leaves a global patched (CONTRIBUTING.md), so files may share a worker. Half of
          // CPU of short suites, and of those that load the CDK, went into loading the same
          // modules.
          isolate: false,
          setupFiles: ['test/support/remove-folders.ts'],
          execArgv: TEST_FLAGS,
          // For the program that tests start some hundred times: half of its start is compiling.
          env: { NODE_COMPILE_CACHE: `${import.meta.dirname}/.test/compile-cache` },
          testTimeout: 120_000,
          hookTimeout: 120_000,
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
          include: ['test/react/*.browser.test.ts'],
          globalSetup: ['test/frameworks/global-setup.ts', 'test/element/global-setup.ts'],
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
          name: 'rehearsal',
          include: ['test/rehearsal/*.test.ts'],
          // Each runs the command line of CDK: ten seconds where nothing else runs.
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        extends: true,
        optimizeDeps: { include: [...BUNDLED_DEPENDENCIES] },
        test: {
          name: 'browser',
          include: ['test/**/*.browser.test.ts'],
          globalSetup: ['test/element/global-setup.ts'],
          testTimeout: 60_000,
          browser: inChromium(),
        },
      },
    ],
  },
})
