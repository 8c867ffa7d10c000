import { globSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { defineConfig, type Plugin } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const source = { conditions: ['@waybill/source'] }

/** Suites with real uploads come last: most mutants are noticed before, and then the run is over. */
class QuickSuitesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isSlow = ({ moduleId }: TestSpecification) =>
      readFileSync(moduleId, 'utf8').includes('test-support/system')
    return [...files.filter((file) => !isSlow(file)), ...files.filter(isSlow)]
  }
}

const WORKSPACES = globSync(['packages/*/package.json', 'test/support/package.json']).map(
  (manifest) => {
    const { name }: { name: string } = JSON.parse(readFileSync(manifest, 'utf8'))
    return { name, manifest: resolve(manifest) }
  },
)

const IN_NODE = {
  include: ['{packages/*/,}test/**/*.test.ts'],
  exclude: ['{packages/*/,}test/**/*.browser.test.ts', 'test/interop/**'],
  // One mutant means one run: a worker for each file would take most of its time.
  isolate: false,
  setupFiles: ['test/support/remove-folders.ts', 'tools/mutation/chunks-first.ts'],
  sequence: { sequencer: QuickSuitesFirst },
}

/**
 * Resolves the workspaces of this copy of the repository. Stryker links `node_modules` into its
 * copy, and the links there lead to the original workspaces, which have no mutants.
 */
const workspacesHere: Plugin = {
  name: 'workspaces-here',
  enforce: 'pre',
  resolveId(source, _importer, options) {
    const home = WORKSPACES.find(({ name }) => source === name || source.startsWith(`${name}/`))
    // A package that imports itself by name is found without `node_modules`.
    return home && this.resolve(source, home.manifest, { ...options, skipSelf: true })
  },
}

/**
 * For `npm run mutation`, which chooses the suites itself. `testTimeout` ends a mutant that hangs.
 */
export default defineConfig({
  resolve: source,
  ssr: { resolve: source },
  plugins: [workspacesHere],
  test: {
    ...IN_NODE,
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
})
