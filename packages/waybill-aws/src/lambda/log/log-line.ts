const STDOUT = 1

/**
 * Writes one line to standard output, which Lambda stores in the function's log.
 *
 * `console.log` adds a time and a request id, and CloudWatch then finds no metrics in the line. The
 * first use of `process.stdout` adds some 4 ms to a cold start, and an ESM import of `node:fs` 3
 * ms: its facade reads all exports and thereby loads the streams.
 */
export function writeLine(line: string): void {
  process.getBuiltinModule('node:fs').writeSync(STDOUT, `${line}\n`)
}
