/**
 * The last size of each public subpath, and what it must not contain. A bundle may grow by a tenth
 * before the check refuses it.
 *
 * @module
 */

/** The rule for a subpath. */
export interface BundleRule {
  /** As users import it. */
  readonly subpath: string
  readonly platform: 'browser' | 'node'
  /** Bytes of the minified entry after gzip, without lazy chunks, when this was last written. */
  readonly lastGzip: number
  /**
   * Names that are measured as the entry, where those who use them alone do not pay for the rest:
   * bundlers leave out what is not imported.
   * @default - all that the subpath exports
   */
  readonly entry?: readonly string[]
  /** Names that are measured on top of the entry, and the last bytes of each after gzip. */
  readonly onTop?: Readonly<Record<string, number>>
  /** Another subpath that most pages have anyway, and the last bytes of what comes on top of it. */
  readonly over?: {
    readonly subpath: string
    /** What such a page uses of it. @default its entry */
    readonly names?: readonly string[]
    readonly lastGzip: number
  }
  /** The last bytes of all that a current browser loads of it, and the chunks that it does not. */
  readonly inBrowser?: { readonly lastGzip: number; readonly fallbacks: readonly string[] }
  readonly forbidden: readonly string[]
  /** Why these words are forbidden. */
  readonly why: string
}

/** Words that occur only in code that signs or seals. */
export const SIGNING_CODE = ['aws4_request', 'AWS4-HMAC-SHA256', 'A256GCM']
/** The first is in an advice of the client too, in a chunk that is loaded when something fails. */
const SIGNING = ['secretAccessKey', ...SIGNING_CODE]

/**
 * Chunks of the client that a page for uploads does not load: for lists, rules and stored files
 * (`on-demand`), for other runtimes, for large files in one request, for pages over plain HTTP and
 * for policies that refuse WebAssembly.
 */
const CLIENT_FALLBACKS = [
  'disk-file',
  'file-records',
  'on-demand',
  'runtime-init',
  'sha256-in-pieces',
  'sha256-in-wasm',
  'table-crc64',
]

/** The rules of all subpaths. */
export const BUNDLES: readonly BundleRule[] = [
  {
    subpath: 'waybill',
    platform: 'browser',
    lastGzip: 1_030,
    forbidden: ['node:', ...SIGNING],
    why: 'the contract is loaded by browsers and signs nothing',
  },
  {
    subpath: 'waybill-s3',
    platform: 'browser',
    lastGzip: 10_160,
    forbidden: ['from"node:', 'import("node:', 'A256GCM'],
    why: 'waybill-s3 runs wherever Web Crypto does and imports nothing',
  },
  {
    subpath: 'waybill/client',
    platform: 'browser',
    // The codes of all failures are in it, those of stored files too; what asks for these files
    // is not.
    lastGzip: 15_650,
    // Who uploads without a list does not load it.
    entry: ['createUploader', 'contentSha256Headers', 'fileResumeStore'],
    onTop: { createUploadList: 2_710 },
    // Both host names of a bucket, where packets are lost, are 400 of it.
    inBrowser: { lastGzip: 33_690, fallbacks: CLIENT_FALLBACKS },
    forbidden: ['node:', ...SIGNING],
    why: 'a credential or Node code could reach a browser through it',
  },
  {
    subpath: 'waybill/uppy',
    platform: 'browser',
    lastGzip: 2_060,
    forbidden: ['node:', 'indexedDB', 'XMLHttpRequest', ...SIGNING],
    why: 'the uploader comes as an option: a page loads the client once',
  },
  {
    subpath: 'waybill/element',
    platform: 'browser',
    lastGzip: 34_400,
    // With the library that draws it, its words and its style sheet.
    over: {
      subpath: 'waybill/client',
      names: ['createUploader', 'createUploadList'],
      lastGzip: 16_170,
    },
    forbidden: ['node:', ...SIGNING],
    why: 'the element runs in browsers, and knows the client alone',
  },
  {
    subpath: 'waybill/element.js',
    platform: 'browser',
    lastGzip: 34_510,
    forbidden: ['node:', ...SIGNING],
    why: 'a page without a build loads it as it is',
  },
  {
    subpath: 'waybill/words',
    platform: 'browser',
    lastGzip: 4_100,
    forbidden: ['node:', 'customElements', 'XMLHttpRequest', ...SIGNING],
    why: 'texts alone, for whoever draws an interface',
  },
  {
    subpath: 'waybill/react',
    platform: 'browser',
    lastGzip: 19_440,
    // With the list that is in it.
    over: { subpath: 'waybill/client', lastGzip: 3_820 },
    forbidden: ['node:', ...SIGNING],
    why: 'react/ runs in browsers and binds the client alone',
  },
  {
    subpath: 'waybill/vue',
    platform: 'browser',
    lastGzip: 19_550,
    over: { subpath: 'waybill/client', lastGzip: 3_900 },
    forbidden: ['node:', ...SIGNING],
    why: 'vue/ runs in browsers and binds the client alone',
  },
  {
    subpath: 'waybill/signer',
    platform: 'browser',
    // What follows an upload (links, removing, claiming) is a chunk of its own, but for signing
    // links; so is what counts quotas.
    lastGzip: 37_660,
    entry: [
      'createSigner',
      'cloudFrontUrls',
      'deriveReceiptKey',
      'memoryQuotas',
      'probeSignedHeaders',
      'readReceipt',
    ],
    // With the signed calls to AWS's services.
    onTop: { dynamoQuotas: 1_600 },
    forbidden: ['from"node:', 'import("node:', 'indexedDB', 'XMLHttpRequest'],
    why: 'the signer also runs on the edge, and has nothing of the client',
  },
  {
    subpath: 'waybill/node',
    platform: 'node',
    lastGzip: 1_870,
    forbidden: ['indexedDB', 'XMLHttpRequest'],
    why: 'node/ puts the signer behind node:http and has nothing of the client',
  },
  {
    subpath: 'strict-s3',
    platform: 'node',
    lastGzip: 54_470,
    forbidden: ['A256GCM', 'indexedDB', 'XMLHttpRequest'],
    why: 'strict-s3 must judge by waybill-s3 alone: it knows no seal and no client',
  },
  {
    subpath: 'waybill/arrival',
    platform: 'node',
    // What asks a scanner of the application's own is loaded with its first scan.
    lastGzip: 48_900,
    forbidden: ['@aws-sdk', 'indexedDB', 'XMLHttpRequest'],
    why: 'arrival/ calls S3 over fetch and has nothing of the client',
  },
  {
    subpath: 'waybill-aws/lambda',
    platform: 'node',
    lastGzip: 75_090,
    forbidden: ['@aws-sdk', 'indexedDB', 'XMLHttpRequest'],
    why: 'lambda/ is a cold start: no AWS SDK, nothing of the client',
  },
]
