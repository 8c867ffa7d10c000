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

The *limit that proves* (\`bench/upload/proven.ts\`, 90 lines) makes the same requests as Waybill and nothing else: SHA-256 of each file, permission and
comparison in calls for a hundred files, one form each; in Node it reads each file once. It is what any client must do that proves its files, so the goals
of time and CPU are set by it. Those of before were 1.5 × a bare \`fetch\` in Node, 1.4 × in Chromium and 0.8 ms of the client's CPU a file, which a bare \`fetch\` itself does not reach
here; the column *× the limit* is of a bare \`fetch\`.

A page of Chromium that sends 2,000 files by a bare \`fetch\` holds more than the 100 MiB that were wanted, so the goal there is that. In Node the live data of 2,000 files that wait
are 14 MB, 7 KB each; the rest is what V8 has not collected yet, which it leaves the longer the more memory the machine has. The goal is about a process that has little: a heap
of 64 MiB, young generation of 4 MiB (\`--max-old-space-size=64 --max-semi-space-size=4\`).

Where the rest goes, by profiles of client and server (\`node --cpu-prof\`, 1,000 × 100 KB from Node): of the client's CPU 30 % are \`fetch\` and its
streams, 25 % reading each file twice, for its hash and for the wire (since then it is read once), 12 % the engine itself, 7 % garbage, 6 % loading chunks,
5 % SHA-256 and 4 % signals and timers. One file alone costs more than by the limit: the chunks that only a first upload loads. The other part is the server's: beside storing,
it seals and opens a waybill, checks a form's policy and SHA-256, and answers a HEAD of the signer for each file, in the one process that a bare
\`fetch\` uses for storing alone. Before the first byte the client waits for one call, for twelve files; after the last one for the comparison of up to a hundred.`.trim()
}
