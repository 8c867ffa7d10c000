import { readFileSync } from 'node:fs'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { BUNDLED_DEPENDENCIES } from './test/browsers/bundled-dependencies.ts'
import { CHROMIUM_FLAGS, findHeadlessChromium } from './tools/chromium.ts'

const source = { conditions: ['@waybill/source'] }

/** Suites with real uploads come last: most mutants are noticed before, and then the run is over. */
class QuickSuitesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isSlow = ({ moduleId }: TestSpecification) =>
      readFileSync(moduleId, 'utf8').includes('test-support/system')
    return [...files.filter((file) => !isSlow(file)), ...files.filter(isSlow)]
  }
}

const IN_NODE = {
  include: ['{packages/*/,}test/**/*.test.ts'],
  exclude: ['{packages/*/,}test/**/*.browser.test.ts', 'test/interop/**'],
  // One mutant means one run: a worker for each file would take most of its time.
  isolate: false,
  setupFiles: ['tools/mutation/chunks-first.ts'],
  sequence: { sequencer: QuickSuitesFirst },
}

const IN_PAGE = {
  include: ['{packages/*/,}test/**/*.browser.test.ts'],
  browser: {
    enabled: true,
    headless: true,
    screenshotFailures: false,
    provider: playwright({
      launchOptions: { executablePath: findHeadlessChromium(), args: CHROMIUM_FLAGS },
    }),
    instances: [{ browser: 'chromium' as const }],
  },
}

/**
 * For `npm run mutation`, which chooses the suites itself, and says whether they run in a page. A
 * mutant that hangs is found out after `testTimeout`.
 */
export default defineConfig({
  resolve: source,
  ssr: { resolve: source },
  optimizeDeps: { include: [...BUNDLED_DEPENDENCIES] },
  test: {
    ...(process.env.WAYBILL_MUTATION_IN_PAGE ? IN_PAGE : IN_NODE),
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
})
