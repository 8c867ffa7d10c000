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
pages of Node, proportional pages of all the browser's processes (the median of three).

The *limit that proves* (\`bench/upload/proven.ts\`, 90 lines) makes the same requests as Waybill and nothing else: SHA-256 of each file, permission and
comparison in calls for a hundred files, one form each; in Node it reads each file once. It is what any client must do that proves its files, so the goals
of time and CPU are set by it. Those of before were 1.5 × a bare \`fetch\` in Node, 1.4 × in Chromium, which the limit itself does not reach, and 0.8 ms of the client's CPU a file, which a
bare \`fetch\` does not reach here; the column *× the limit* is of a bare \`fetch\`.

A page of Chromium that sends 2,000 files by a bare \`fetch\` holds more than the 100 MiB that were wanted, so the goal there is that. In Node the live data of 2,000 files that wait
are 14 MB, 7 KB each; the rest is what V8 has not collected yet, which it leaves the longer the more memory the machine has, so the 100 MiB that were wanted are not met on a
machine with much. The goal is about a process that has little: a heap of 64 MiB, semi-spaces of 4 MiB (\`--max-old-space-size=64 --max-semi-space-size=4\`).

Where the rest goes, by a profile of the client (\`node --cpu-prof\`, 2,000 × 100 KB from Node): 33 % are \`fetch\` and its streams, 20 % reading files, 14 % the engine
itself, 9 % garbage, 9 % loading the chunks of a first upload and \`import()\` after it, 5 % signals and timers, 4 % SHA-256. The limit that proves has 40, 16, 0, 22, 6, 3
and 8 % of three fifths of that: what is over 1.1 × it, up to the goal of 1.2 ×, is what pauses, resumes, tries again and tells of it. The other part is the server's: beside storing,
it seals and opens a waybill, checks a form's policy and SHA-256, and answers a HEAD of the signer for each file, in the one process that a bare
\`fetch\` uses for storing alone. Before the first byte the client waits for one call, for twelve files; after the last one for the comparison of up to a hundred.

From Node it opens up to twelve connections, where the limit and the others have six, as in a browser: on the bad line each of them carries little. The bare \`fetch\` with
twelve is what that alone brings; Waybill begins with three, so a tenth of its time goes until it has all, and another one to the two calls.`.trim()
}
