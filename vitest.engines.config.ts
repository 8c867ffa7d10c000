import { playwright } from '@vitest/browser-playwright'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import { BUNDLED_DEPENDENCIES } from './test/browsers/bundled-dependencies.ts'
import { drivenPreview } from './test/browsers/driven-preview.ts'
import { ENGINES, type Engine } from './test/browsers/engines.ts'
import { CHROMIUM_FLAGS, findChromium } from './tools/chromium.ts'

const source = { conditions: ['@waybill/source'] }

/** The tests that run inside a browser, in one engine. */
function insideOf({ name, launch }: Engine, index: number): TestProjectInlineConfiguration {
  const isChromium = name === 'chromium'
  const provider = isChromium
    ? playwright({ launchOptions: { executablePath: findChromium(), args: CHROMIUM_FLAGS } })
    : drivenPreview(name, launch)
  return {
    extends: true,
    optimizeDeps: { include: [...BUNDLED_DEPENDENCIES] },
    test: {
      name,
      include: ['{packages/*/,}test/**/*.browser.test.ts'],
      globalSetup: ['packages/waybill/test/element/global-setup.ts'],
      testTimeout: 60_000,
      sequence: { groupOrder: index },
      browser: {
        enabled: true,
        headless: isChromium,
        ui: false,
        screenshotFailures: false,
        provider,
        instances: [{ browser: name }],
      },
    },
  }
}

/** In CI an engine that is missing fails; elsewhere its tests are left out. */
const present = ENGINES.filter(({ lacks }) => lacks === undefined || process.env.CI)

/** `npm run test:engines`: what runs in a browser, and the element's page, one engine after the other. */
export default defineConfig({
  resolve: source,
  ssr: { resolve: source },
  test: {
    maxWorkers: 1,
    reporters: ['verbose', 'json'],
    outputFile: { json: '.test/engines.json' },
    projects: [
      ...present.map(insideOf),
      {
        extends: true,
        test: {
          name: 'pages',
          include: ['test/browsers/{element,old}-page.test.ts'],
          env: { WAYBILL_ENGINES: 'all' },
          testTimeout: 120_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: ENGINES.length },
        },
      },
      {
        extends: true,
        test: {
          name: 'frameworks',
          include: ['test/frameworks/hooks-page.test.ts'],
          globalSetup: ['test/frameworks/global-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: ENGINES.length + 1 },
        },
      },
    ],
  },
})
