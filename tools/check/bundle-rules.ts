/**
 * The last size of each public subpath, and words that its code must not contain. The check fails
 * if a bundle has grown by more than a tenth.
 *
 * @module
 */

export interface BundleRule {
  readonly subpath: string
  readonly platform: 'browser' | 'node'
  /** The minified entry's last size in bytes after gzip, without lazy chunks. */
  readonly lastGzip: number
  /**
   * The exports that the measured entry imports. Bundlers leave out the others.
   * @default - all exports of the subpath
   */
  readonly entry?: readonly string[]
  /** Exports to measure on top of the entry, and the last size of each in bytes after gzip. */
  readonly onTop?: Readonly<Record<string, number>>
  /** Another subpath that most pages load anyway. This one is measured as an addition to it. */
  readonly over?: {
    readonly subpath: string
    /**
     * The exports of that subpath that such a page imports.
     * @default its entry
     */
    readonly names?: readonly string[]
    readonly lastGzip: number
  }
  /** The last size of everything that a current browser loads, and the chunks it never loads. */
  readonly inBrowser?: { readonly lastGzip: number; readonly fallbacks: readonly string[] }
  readonly forbidden: readonly string[]
  readonly why: string
}

/** Words that only occur in code that signs or seals. */
export const SIGNING_CODE = ['aws4_request', 'AWS4-HMAC-SHA256', 'A256GCM']
/**
 * `secretAccessKey` is separate, because the client contains it too: in a hint, in a chunk that is
 * loaded when something fails.
 */
const SIGNING = ['secretAccessKey', ...SIGNING_CODE]

/**
 * Client chunks that an upload page does not load: for lists, rules and stored files
 * (`list-chunk`), for other runtimes, for large files in one request, for pages over plain HTTP,
 * and for Content Security Policies that don't allow WebAssembly.
 */
const CLIENT_FALLBACKS = [
  'disk-file',
  'file-store',
  'list-chunk',
  'fetch-init',
  'sha256-in-pieces',
  'sha256-in-wasm',
  'table-crc64',
]

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
    // Includes all error codes, even those for stored files, but not the code that requests stored
    // files.
    lastGzip: 17_430,
    // Pages that upload without a list don't load the list.
    entry: ['createUploader', 'contentSha256Headers', 'fileResumeStore'],
    onTop: { createUploadList: 2_790 },
    // 400 of these bytes are for using both of a bucket's host names when packets are lost.
    inBrowser: { lastGzip: 38_580, fallbacks: CLIENT_FALLBACKS },
    forbidden: ['node:', ...SIGNING],
    why: 'a credential or Node code could reach a browser through it',
  },
  {
    subpath: 'waybill/resize',
    platform: 'browser',
    lastGzip: 1_040,
    forbidden: ['node:', 'indexedDB', 'XMLHttpRequest', ...SIGNING],
    why: 'pages that do not resize do not load it, and it loads nothing',
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
    lastGzip: 36_570,
    // Includes the library that renders the element, its texts and its style sheet.
    over: {
      subpath: 'waybill/client',
      names: ['createUploader', 'createUploadList'],
      lastGzip: 18_180,
    },
    forbidden: ['node:', ...SIGNING],
    why: 'the element runs in browsers, and knows the client alone',
  },
  {
    subpath: 'waybill/element.js',
    platform: 'browser',
    lastGzip: 36_700,
    forbidden: ['node:', ...SIGNING],
    why: 'a page without a build loads it as it is',
  },
  {
    subpath: 'waybill/words',
    platform: 'browser',
    lastGzip: 4_480,
    forbidden: ['node:', 'customElements', 'XMLHttpRequest', ...SIGNING],
    why: 'texts alone, for whoever draws an interface',
  },
  {
    subpath: 'waybill/react',
    platform: 'browser',
    lastGzip: 21_390,
    // Includes the upload list, which the hooks use.
    over: { subpath: 'waybill/client', lastGzip: 3_820 },
    forbidden: ['node:', 'customElements', ...SIGNING],
    why: 'react/ runs in browsers and binds the client alone',
  },
  {
    subpath: 'waybill/react/dropzone',
    platform: 'browser',
    lastGzip: 37_350,
    over: { subpath: 'waybill/element', lastGzip: 770 },
    forbidden: ['node:', ...SIGNING],
    why: 'the component runs in browsers, and is the element',
  },
  {
    subpath: 'waybill/vue',
    platform: 'browser',
    lastGzip: 21_460,
    over: { subpath: 'waybill/client', lastGzip: 3_900 },
    forbidden: ['node:', 'customElements', ...SIGNING],
    why: 'vue/ runs in browsers and binds the client alone',
  },
  {
    subpath: 'waybill/vue/dropzone',
    platform: 'browser',
    lastGzip: 37_370,
    over: { subpath: 'waybill/element', lastGzip: 790 },
    forbidden: ['node:', ...SIGNING],
    why: 'the component runs in browsers, and is the element',
  },
  {
    subpath: 'waybill/signer',
    platform: 'browser',
    // The code for stored objects (links, removal, claims) is in a separate chunk, except for
    // signing links. So is the code that counts quotas.
    lastGzip: 37_660,
    entry: [
      'createSigner',
      'cloudFrontUrls',
      'deriveReceiptKey',
      'memoryQuotas',
      'probeSignedHeaders',
      'readReceipt',
    ],
    // Includes the signed calls to AWS services.
    onTop: { dynamoQuotas: 1_850, tokenAuthorize: 900, uploadToken: 780 },
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
    lastGzip: 77_930,
    forbidden: ['A256GCM', 'indexedDB', 'XMLHttpRequest'],
    why: 'strict-s3 must judge by waybill-s3 alone: it knows no seal and no client',
  },
  {
    subpath: 'waybill/arrival',
    platform: 'node',
    // The code that calls the application's own scanner is loaded with the first scan.
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
