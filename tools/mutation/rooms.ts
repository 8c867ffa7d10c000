/**
 * The parts of the code ("rooms") and their test suites. A mutant counts as killed only if a suite
 * of the same room fails.
 *
 * @module
 */

/** The lists contain globs. */
export interface Room {
  readonly sources: readonly string[]
  /** Sources that belong to another room. */
  readonly elsewhere?: readonly string[]
  /** Whether the suites run in a browser page. */
  readonly isInPage?: boolean
  readonly suites: readonly string[]
  /** Suites to leave out, because they run code in another process or take too long. */
  readonly without?: readonly string[]
}

/** Sources that only pages use. Only suites that run in a page can test them. */
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
    // The bundle's suites also check its size, and a bundle with all mutants would be too large.
    without: [
      'packages/waybill-aws/test/lambda/{bundle.test,runtime.slow.test}.ts',
      'packages/waybill-aws/test/lambda/deployed/*.test.ts',
    ],
  },
  client: {
    sources: ['packages/waybill/src/client/**/*.ts'],
    elsewhere: OF_PAGES,
    // Includes the suites in `test/faults` that use only a few clients.
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
    // These suites need the element's application, which runs from dist/, or test the element.
    without: [
      'packages/waybill/test/react/leave.browser.test.ts',
      'packages/waybill/test/{react,vue}/dropzone*.browser.test.ts',
    ],
    isInPage: true,
  },
  uppy: {
    sources: ['packages/waybill/src/uppy/**/*.ts'],
    suites: ['packages/waybill/test/uppy/**/*.test.ts'],
  },
}
