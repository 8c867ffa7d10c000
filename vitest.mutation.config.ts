import { readFileSync } from 'node:fs'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const source = { conditions: ['source'] }

/** Suites with real uploads come last: most mutants are noticed before, and then the run is over. */
class QuickSuitesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isSlow = ({ moduleId }: TestSpecification) =>
      readFileSync(moduleId, 'utf8').includes('support/system.ts')
    return [...files.filter((file) => !isSlow(file)), ...files.filter(isSlow)]
  }
}

/** For `npm run mutation`, which chooses the suites itself. A mutant that hangs is found out after `testTimeout`. */
export default defineConfig({
  resolve: source,
  ssr: { resolve: source },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/**/*.browser.test.ts', 'test/interop/**'],
    // One mutant means one run: a worker for each file would take most of its time.
    isolate: false,
    setupFiles: ['scripts/mutation/chunks-first.ts'],
    sequence: { sequencer: QuickSuitesFirst },
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
})
