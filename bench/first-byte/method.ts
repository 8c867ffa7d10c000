/**
 * The description of the method for RESULTS.md.
 *
 * @module
 */

/** What is measured. */
export const METHOD = `
One file of 100 KB over a line of 100 ms there and back without loss; the clock runs from \`upload()\` to the head of the request
that carries the file, seen at S3, less the way there, and is given in round trips (7 rounds, medians, quartiles in
brackets). Everything as in \`upload\`: HTTP without TLS, which adds one round trip for each host that is connected to; a page of the
signer's own host, so that a browser has a connection to it and asks it without a preflight. A signer on another host is two more
round trips in a cold page, TCP and the preflight of \`create\`; \`warm()\` takes the first of them away. What \`warm()\` opens in a page is counted by a
test (\`test/client/browser/warm.test.ts\`) and not here: the private windows of this harness follow no hints of connections. What is more than a whole number is
the hash, signing, and the CPU of both sides.`.trim()
