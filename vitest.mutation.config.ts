import { defineConfig } from 'vitest/config'

const source = { conditions: ['source'] }

/** For `npm run mutation`, which chooses the suites itself. A mutant that hangs is found out after `testTimeout`. */
export default defineConfig({
  resolve: source,
  ssr: { resolve: source },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/**/*.browser.test.ts', 'test/interop/**'],
    // One mutant means one run: a worker for each file would take most of its time.
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
})
