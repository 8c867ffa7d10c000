const STDOUT = 1

/**
 * Writes one line to standard output, which Lambda stores in the function's log.
 *
 * `console.log` would add a time and a request id, and CloudWatch would then find no metrics in the
 * line. The first use of `process.stdout` would slow down a cold start, and so would an ESM import
 * of `node:fs`, whose facade reads all exports and thereby loads the streams.
 */
export function writeLine(line: string): void {
  process.getBuiltinModule('node:fs').writeSync(STDOUT, `${line}\n`)
}
