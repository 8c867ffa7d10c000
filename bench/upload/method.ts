/**
 * The description of the method for RESULTS.md.
 *
 * @module
 */

import { peerVersion } from '../harness/install-peers.ts'
import { sdkVersion } from '../signing/sdk-version.ts'

/** Describes the method. `isMemory` tells whether files and objects are in memory. */
export function methodText(isMemory: boolean): string {
  const peers = ['@uppy/core', '@uppy/aws-s3', '@better-upload/client'].map(peerVersion)
  const where = isMemory ? 'in memory (tmpfs)' : 'in the temporary directory'
  return `
All contestants upload to the same local S3 (\`waybill/local-s3\`), which verifies every signature and computes ETag and CRC64NVME
of each object and part; the signing endpoints run in the same process. Files and objects are ${where}. Each upload has a
fresh browser context, or a fresh Node process; the clock runs from the call until the library reports the upload as
complete, and then the bytes of the objects are counted. Quartiles are in brackets; *× the limit* is the median of the
ratios within each round. CPU is that of all the browser's processes, or of Node; *sent* is all that clients sent to S3 and
to the signing endpoints, with heads, preflights and forms. Against ${[...peers, sdkVersion()].join(', ')}.

Each library has the server part that its documentation shows, and its defaults, unless said here:

- **waybill** proves what arrived: SHA-256 of small files, CRC64NVME of parts and object, and asks the signer to
  complete every file. The others prove less: the browser libraries send no checksum, lib-storage a CRC32 for S3 to check.
- **limit**: \`fetch\` of requests that were presigned before the clock started: a PUT of the large file, forms (which need
  no preflight) for small ones from Chromium, PUTs from Node. A form is 2 KB, which is 2 % of 100 KB for every library.
- **limit with checksums**: slices of 8 MiB, six at once, each also read and hashed by the page, because a page cannot see the
  bytes that a request sends. Client and server share the cores of one machine here, so each slows the other down.
- **Uppy** signs with \`signRequest\` and the AWS SDK; it sends files above 100 MiB in parts of 5 MiB, one at a time.
- **Better Upload** has a route for single requests and one for parts (of 50 MiB, all at once), each for any number of files.
- **lib-storage** holds the credentials and needs no signer; the benchmark gives it six files at a time.`.trim()
}

/** The differences on a bad line. */
export const BAD_LINE_METHOD = `
Everything is as on loopback, but over a line with delay, loss and a rate limit in both directions. The large file is smaller, because one
connection takes three minutes for it: libraries that use one connection run in the first round only. Waybill calls its
signer before the first byte and after the last: with many small files, these calls and the start on three connections are its
cost above the limit. In Node it opens up to twelve connections, the limit and the others six: Node has no
browser's limit of connections. A bare \`fetch\` with twelve shows what the two calls and the start cost.`.trim()

/** What a page with both host names is. */
export const TWELVE_METHOD = `
Everything is as on the bad line. The page of waybill allows both host names of the bucket (\`storageOrigins\`), and both
lead over the line: up to twelve connections. Waybill begins with two and measures first.`.trim()
