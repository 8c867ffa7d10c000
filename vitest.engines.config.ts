import { playwright } from '@vitest/browser-playwright'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import { CHROMIUM_FLAGS, findChromium } from './scripts/chromium.ts'
import { BUNDLED_DEPENDENCIES } from './test/browsers/bundled-dependencies.ts'
import { drivenPreview } from './test/browsers/driven-preview.ts'
import type { Engine } from './test/browsers/engines.ts'
import { launchFirefox } from './test/browsers/firefox.ts'
import { launchWebkit } from './test/browsers/webkit.ts'

const source = { conditions: ['source'] }

type Provider = ReturnType<typeof drivenPreview>

/** The tests that run inside a browser, in one engine. */
function insideOf(
  browser: Engine['name'],
  provider: Provider,
  groupOrder: number,
): TestProjectInlineConfiguration {
  return {
    extends: true,
    optimizeDeps: { include: [...BUNDLED_DEPENDENCIES] },
    test: {
      name: browser,
      include: ['test/**/*.browser.test.ts'],
      testTimeout: 60_000,
      sequence: { groupOrder },
      browser: {
        enabled: true,
        headless: browser === 'chromium',
        ui: false,
        screenshotFailures: false,
        provider,
        instances: [{ browser }],
      },
    },
  }
}

const chromium = playwright({
  launchOptions: { executablePath: findChromium(), args: CHROMIUM_FLAGS },
})

/** `npm run test:engines`: what runs in a browser, and the demo page, in three engines one after another. */
export default defineConfig({
  resolve: source,
  ssr: { resolve: source },
  test: {
    maxWorkers: 1,
    projects: [
      insideOf('chromium', chromium, 1),
      insideOf('firefox', drivenPreview(launchFirefox), 2),
      insideOf('webkit', drivenPreview(launchWebkit), 3),
      {
        extends: true,
        test: {
          name: 'demo page',
          include: ['test/browsers/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
})
