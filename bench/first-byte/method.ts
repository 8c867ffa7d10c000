/**
 * The description of the method for RESULTS.md.
 *
 * @module
 */

/** What is measured. */
export const METHOD = `
One file of 100 KB over a line with a round trip of 100 ms and without loss. The time runs from \`upload()\` until S3 sees the head of the request
that carries the file, less the one-way delay, and is given in round trips (7 rounds, medians, quartiles in
brackets). Everything is as in \`upload\`: HTTP without TLS, which would add one round trip for each host; a page of the
signer's own host, so that a browser has a connection to it and calls it without a preflight. A signer on another host costs two more
round trips in a cold page, TCP and the preflight of \`create\`; \`warm()\` saves the first of them. A test counts what \`warm()\` opens in a page
(\`test/client/browser/warm.test.ts\`), not this benchmark: the private windows of this harness ignore connection hints. The fractions of a round trip are
the hash, signing, and the CPU of both sides.`.trim()
