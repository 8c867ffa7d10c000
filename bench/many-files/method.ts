/**
 * The description of the method for RESULTS.md.
 *
 * @module
 */

import { peerVersion } from '../harness/install-peers.ts'

/** What is measured, and where the rest goes. */
export function methodText(): string {
  return `
The small files of \`upload\`, by the same harness, against the same peers and the same limit; clients in Node are the published
package, and have loaded \`fetch\` before the clock starts. ${peerVersion('files-sdk')} (MIT) is a storage SDK for servers: it holds the credentials and sends by
the AWS SDK, as lib-storage does, with no signer and no comparison. *Memory* is what the client holds at most above what it held before: resident
pages of Node, proportional pages of all the browser's processes.

Where the rest goes, by profiles of client and server (\`node --cpu-prof\`, 500 × 100 KB from Node): of the client's CPU 27 % are \`fetch\` and its
streams, 18 % reading each file twice, for its hash and for the wire (keeping the bytes between would be up to 200 MB), 13 % garbage, 8 % SHA-256,
7 % loading chunks and 18 % the engine itself with its signals. The limit hashes nothing and reads once. The other part is the server's: beside storing, it seals and opens a
waybill, checks a form's policy and SHA-256, and answers a HEAD of the signer for each file, in the one process that the limit uses for storing
alone. Each of those HEADs opens a connection, since Node's \`fetch\` closes it after one. Before the first byte the client waits for one call, for twelve files; after
the last one for the comparison of up to a hundred.`.trim()
}
