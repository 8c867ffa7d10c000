/**
 * The pages that the cases follow.
 *
 * @module
 */

const GUIDE = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide'
const SIGNING = 'https://docs.aws.amazon.com/AmazonS3/latest/developerguide'
const API = 'https://docs.aws.amazon.com/AmazonS3/latest/API'

export const PAGES = {
  headerAuth: `${SIGNING}/sigv4-auth-using-authorization-header.html`,
  headerCanonical: `${SIGNING}/sig-v4-header-based-auth.html`,
  queryAuth: `${SIGNING}/sigv4-query-string-auth.html`,
  postForms: `${SIGNING}/sigv4-HTTPPOSTForms.html`,
  postPolicy: `${SIGNING}/sigv4-HTTPPOSTConstructPolicy.html`,
  postObject: `${API}/RESTObjectPOST.html`,
  streaming: `${SIGNING}/sigv4-streaming.html`,
  trailers: `${SIGNING}/sigv4-streaming-trailers.html`,
  errors: `${API}/ErrorResponses.html`,
  commonHeaders: `${API}/RESTCommonRequestHeaders.html`,
  conditionalReads: `${GUIDE}/conditional-reads.html`,
  conditionalWrites: `${GUIDE}/conditional-writes.html`,
  integrity: `${GUIDE}/checking-object-integrity-upload.html`,
  metadata: `${GUIDE}/UsingMetadata.html`,
  tagging: `${GUIDE}/object-tagging.html`,
  keys: `${GUIDE}/object-keys.html`,
  bucketNames: `${GUIDE}/bucketnamingrules.html`,
  cors: `${GUIDE}/ManageCorsUsing.html`,
  corsTroubles: `${GUIDE}/cors-troubleshooting.html`,
  multipart: `${GUIDE}/mpuoverview.html`,
  limits: `${GUIDE}/qfacts.html`,
  ownership: `${GUIDE}/about-object-ownership.html`,
  prefixes: `${GUIDE}/using-prefixes.html`,
  versioning: `${GUIDE}/Versioning.html`,
  virtualHosting: `${GUIDE}/VirtualHosting.html`,
  /** Tests that somebody else runs against AWS, 2026. */
  seen: (file: string) =>
    `https://github.com/justincormack/argmin/blob/HEAD/crates/s3-tests/tests/${file}.rs`,
  /** The same, of another project, 2026. */
  compared: (file: string) => `https://github.com/dyus/meeseeks-s3/blob/HEAD/tests/${file}.py`,
  /** Answers that were recorded from AWS, 2026. */
  recorded: (file: string) =>
    `https://github.com/localstack/localstack/blob/HEAD/tests/aws/services/s3/${file}.snapshot.json`,
  /** What came of running ceph/s3-tests against AWS. */
  cephOnAws: 'https://github.com/nspcc-dev/neofs-s3-gw/blob/HEAD/docs/s3_test_results.md',
  api: (operation: string) => `${API}/API_${operation}.html`,
} as const
