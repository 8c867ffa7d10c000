import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'
import { CHROMIUM_FLAGS, findHeadlessChromium } from './scripts/chromium.ts'
import { BUNDLED_DEPENDENCIES } from './test/browsers/bundled-dependencies.ts'

const source = { conditions: ['source'] }

/** The same for suites that run in a page. */
export default defineConfig({
  resolve: source,
  ssr: { resolve: source },
  optimizeDeps: { include: [...BUNDLED_DEPENDENCIES] },
  test: {
    include: ['test/**/*.browser.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({
        launchOptions: { executablePath: findHeadlessChromium(), args: CHROMIUM_FLAGS },
      }),
      instances: [{ browser: 'chromium' }],
    },
  },
})
