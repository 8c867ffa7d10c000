const STDOUT = 1

/**
 * Writes one line to standard output, which Lambda stores in the function's log.
 *
 * `console.log` would add a time and a request id, and CloudWatch would then find no metrics in the
 * line. `process.stdout` and an ESM import of `node:fs` would load Node's streams, which slows down
 * a cold start.
 */
export function writeLine(line: string): void {
  process.getBuiltinModule('node:fs').writeSync(STDOUT, `${line}\n`)
}
