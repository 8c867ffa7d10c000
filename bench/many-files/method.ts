/**
 * The description of the method for RESULTS.md.
 *
 * @module
 */

import { peerVersion } from '../harness/install-peers.ts'

/** What is measured, and where the rest goes. */
export function methodText(): string {
  return `
The small files of \`upload\`, with the same harness, the same peers and the same limit; clients in Node use the published
package, and have loaded \`fetch\` before the clock starts. ${peerVersion('files-sdk')} (MIT) is a storage SDK for servers: it holds the credentials and sends with
the AWS SDK, as lib-storage does, with no signer and no comparison. *Memory* is the most that the client holds, less what it held before: resident
pages of Node, proportional pages of all the browser's processes (the median of three).

The *limit that proves* (\`bench/upload/proven.ts\`, 90 lines) makes the same requests as Waybill and nothing else: SHA-256 of each file, permission and
comparison in calls for a hundred files, one form each; in Node it reads each file once. Every client that proves its files must do this much, so the goals
for time and CPU are relative to it. The former goals were 1.5 × a bare \`fetch\` in Node and 1.4 × in Chromium, which this limit itself does not reach, and 0.8 ms of the client's CPU a file, which a
bare \`fetch\` does not reach here; the column *× the limit* is relative to a bare \`fetch\`.

A page of Chromium that sends 2,000 files with a bare \`fetch\` holds more than the former goal of 100 MiB, so the bare \`fetch\` is the goal there. In Node the live data of 2,000 waiting files
are 14 MB, 7 KB each; the rest is garbage that V8 has not collected yet. V8 waits longer on a machine with more memory, so the former goal of 100 MiB is not met on a
machine with much memory. The goal is for a process with little memory: a heap of 64 MiB, semi-spaces of 4 MiB (\`--max-old-space-size=64 --max-semi-space-size=4\`).

Where the rest goes, by a profile of the client (\`node --cpu-prof\`, 2,000 × 100 KB from Node): 33 % are \`fetch\` and its streams, 20 % reading files, 14 % the engine
itself, 9 % garbage, 9 % loading the chunks of a first upload and \`import()\` after it, 5 % signals and timers, 4 % SHA-256. The limit that proves has 40, 16, 0, 22, 6, 3
and 8 % of three fifths of that: the time above 1.1 × this limit, up to the goal of 1.2 ×, is the code that pauses, resumes, tries again and reports progress. The other part is the server's: besides storing,
it seals and opens a waybill, checks a form's policy and SHA-256, and answers a HEAD of the signer for each file, in the same process that only stores for a bare
\`fetch\`. Before the first byte the client waits for one call, for twelve files; after the last one for the comparison of up to a hundred.

From Node it opens up to twelve connections; the limit and the others have six, as in a browser. On the bad line each connection carries little, and the bare \`fetch\` with
twelve shows the effect of this alone. Waybill begins with three, so it loses a tenth of its time until it has all twelve, and another tenth to the two calls.`.trim()
}
