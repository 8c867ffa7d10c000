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
All upload to the same local S3 (\`waybill/local-s3\`), which verifies every signature and computes ETag and CRC64NVME
of all that arrives; its process holds the signing endpoints too. Files and objects are ${where}. Each upload has a
fresh browser context, or a fresh Node process; the clock runs from the call to the library's word that all has
arrived, and then the bytes of the objects are counted. In brackets quartiles; *× the limit* is the median of the
ratios within each round. CPU is of all the browser's processes, or of Node; *sent* is all that clients sent to S3 and
to the signing endpoints: heads, preflights, forms. Against ${[...peers, sdkVersion()].join(', ')}.

Everybody has the server part that its documentation shows, and its defaults, unless said here:

- **waybill** proves what arrived: SHA-256 of small files, CRC64NVME of parts and object, and asks the signer to
  complete every file. The others trust: the browser libraries send no checksum, lib-storage a CRC32 for S3 to check.
- **limit**: \`fetch\` of requests that were presigned before the clock started: a PUT of the large file, forms (which need
  no preflight) for small ones from Chromium, PUTs from Node. A form is 2 KB, which is 2 % of 100 KB for everybody.
- **limit with checksums**: slices of 8 MiB, six at once, each also read and hashed by the page, which sees nothing of what
  a request sends. Client and server share the cores of one machine here, so what the one does the other waits for.
- **Uppy** signs by \`signRequest\` with the AWS SDK; it sends above 100 MiB in parts of 5 MiB, one at a time.
- **Better Upload** has a route for single requests and one for parts (of 50 MiB, all at once), as many files as come.
- **lib-storage** holds the credentials and needs no signer; of many files it gets six at a time.`.trim()
}

/** The differences on a bad line. */
export const BAD_LINE_METHOD = `
Everything as on loopback, but over a line that delays, drops and limits both ways. The large file is smaller, since one
connection takes three minutes for it: who sends it over one takes part in the first round alone. Waybill asks its
signer before the first byte and after the last: of many small files, that and the start on three connections are what
it has more than the limit. In Node it opens up to twelve connections, where the limit and the others have six: no
browser bounds them there. A bare \`fetch\` with twelve shows what the two calls and the start cost.`.trim()

/** What a page with both host names is. */
export const TWELVE_METHOD = `
Everything as on the bad line. The page of waybill allows both host names of the bucket (\`storageOrigins\`), and the
browser finds both on the other side of the line: up to twelve connections. It begins with two and measures first.`.trim()
