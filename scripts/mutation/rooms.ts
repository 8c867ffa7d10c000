/**
 * Which suites judge which room: a mutant counts as killed only when a suite of its own room fails.
 *
 * @module
 */

export interface Room {
  /** Globs of sources. */
  readonly sources: readonly string[]
  /** Globs of sources that another room has. */
  readonly elsewhere?: readonly string[]
  /** Whether its suites run in a page. */
  readonly isInPage?: boolean
  /** Globs of test files. */
  readonly suites: readonly string[]
  /** Globs of suites that cannot judge: they start code in another process, or take too long. */
  readonly without?: readonly string[]
}

/** What only a page uses, so that only suites in a page can judge it. */
const OF_PAGES = [
  'src/client/hash/page-turns.ts',
  'src/client/list/preview.ts',
  'src/client/list/intake/*.ts',
  'src/client/resume/{idb,platform}-records.ts',
  'src/client/transport/preconnect.ts',
]

export const ROOMS: Readonly<Record<string, Room>> = {
  s3: { sources: ['src/s3/**/*.ts'], suites: ['test/s3/**/*.test.ts'] },
  protocol: {
    sources: ['src/protocol/**/*.ts'],
    suites: ['test/protocol/**/*.test.ts'],
  },
  aws: { sources: ['src/aws/**/*.ts'], suites: ['test/aws/**/*.test.ts'] },
  signer: {
    sources: ['src/signer/**/*.ts'],
    suites: ['test/signer/**/*.test.ts'],
  },
  arrival: {
    sources: ['src/arrival/**/*.ts'],
    suites: ['test/arrival/**/*.test.ts'],
    without: ['test/arrival/content/svg-in-chromium.test.ts'],
  },
  lambda: {
    sources: ['src/lambda/**/*.ts'],
    suites: ['test/lambda/**/*.test.ts'],
    // Those of the bundle measure it too: with all its changes it is too large.
    without: ['test/lambda/{bundle.test,runtime.slow.test}.ts', 'test/lambda/deployed/*.test.ts'],
  },
  client: {
    sources: ['src/client/**/*.ts'],
    elsewhere: OF_PAGES,
    // Those of `test/faults` that drive one client, or few.
    suites: [
      'test/client/**/*.test.ts',
      'test/faults/{clocks,resume.slow,single-faults,unknown-fate}.test.ts',
    ],
    without: ['test/client/browser/**', 'test/client/**/*.slow.test.ts'],
  },
  'client-in-page': {
    sources: OF_PAGES,
    suites: [
      'test/client/{hash,list,resume,transport}/**/*.browser.test.ts',
      'test/react/*.browser.test.ts',
      'test/vue/*.browser.test.ts',
    ],
    // Needs the element's application, which runs from dist/.
    without: ['test/react/leave.browser.test.ts'],
    isInPage: true,
  },
  uppy: { sources: ['src/uppy/**/*.ts'], suites: ['test/uppy/**/*.test.ts'] },
}
