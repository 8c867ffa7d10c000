/**
 * Writes the lines of the functions' logs.
 *
 * @module
 */

import { writeSync } from 'node:fs'

const STDOUT = 1

/**
 * Writes one line to standard output, which Lambda keeps as the log of the function.
 *
 * `console.log` puts a time and a request id before the line, and then CloudWatch finds no metrics
 * in it. The first use of `process.stdout` costs a cold start some 4 ms.
 */
export function writeLine(line: string): void {
  writeSync(STDOUT, `${line}\n`)
}
