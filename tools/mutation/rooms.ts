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
  'packages/waybill/src/client/list/preview.ts',
  'packages/waybill/src/client/list/intake/*.ts',
  'packages/waybill/src/client/resume/idb-records.ts',
]

export const ROOMS: Readonly<Record<string, Room>> = {
  'waybill-s3': {
    sources: ['packages/waybill-s3/src/**/*.ts'],
    suites: ['packages/waybill-s3/test/**/*.test.ts'],
  },
  protocol: {
    sources: ['packages/waybill/src/protocol/**/*.ts'],
    suites: ['packages/waybill/test/protocol/**/*.test.ts'],
  },
  storage: {
    sources: ['packages/waybill/src/storage/**/*.ts'],
    suites: ['packages/waybill/test/storage/**/*.test.ts'],
  },
  signer: {
    sources: ['packages/waybill/src/signer/**/*.ts'],
    suites: ['packages/waybill/test/signer/**/*.test.ts'],
  },
  arrival: {
    sources: ['packages/waybill/src/arrival/**/*.ts'],
    suites: ['packages/waybill/test/arrival/**/*.test.ts'],
  },
  lambda: {
    sources: ['packages/waybill-aws/src/lambda/**/*.ts'],
    suites: ['packages/waybill-aws/test/lambda/**/*.test.ts'],
    // Those of the bundle measure it too: with all its changes it is too large.
    without: [
      'packages/waybill-aws/test/lambda/{bundle.test,runtime.slow.test}.ts',
      'packages/waybill-aws/test/lambda/deployed/*.test.ts',
    ],
  },
  client: {
    sources: ['packages/waybill/src/client/**/*.ts'],
    elsewhere: OF_PAGES,
    // Those of `test/faults` that drive one client, or few.
    suites: [
      'packages/waybill/test/client/**/*.test.ts',
      'test/faults/{clocks,resume.slow,single-faults,unknown-fate}.test.ts',
    ],
    without: [
      'packages/waybill/test/client/browser/**',
      'packages/waybill/test/client/**/*.slow.test.ts',
    ],
  },
  'client-in-page': {
    sources: OF_PAGES,
    suites: [
      'packages/waybill/test/client/{hash,list,resume,send}/**/*.browser.test.ts',
      'packages/waybill/test/react/*.browser.test.ts',
      'packages/waybill/test/vue/*.browser.test.ts',
    ],
    // Needs the element's application, which runs from dist/.
    without: ['packages/waybill/test/react/leave.browser.test.ts'],
    isInPage: true,
  },
  uppy: {
    sources: ['packages/waybill/src/uppy/**/*.ts'],
    suites: ['packages/waybill/test/uppy/**/*.test.ts'],
  },
}
