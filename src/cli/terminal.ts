/**
 * What a command says, and where: lines to standard output, complaints to standard error, with emphasis only where
 * a person is looking (a terminal, and `NO_COLOR` not set).
 *
 * @see https://no-color.org
 * @module
 */

import { styleText } from 'node:util'

export interface Terminal {
  say(line?: string): void
  complain(line: string): void
  /** For standard output. */
  strong(text: string): string
  /** For standard output. */
  faint(text: string): string
}

/** `styleText` itself asks the stream whether it is a terminal, and the environment for `NO_COLOR`. */
export function createTerminal(
  stdout: NodeJS.WritableStream,
  stderr: NodeJS.WritableStream,
): Terminal {
  return {
    say: (line = '') => void stdout.write(`${line}\n`),
    complain: (line) => void stderr.write(`${styleText('red', line, { stream: stderr })}\n`),
    strong: (text) => styleText('bold', text, { stream: stdout }),
    faint: (text) => styleText('dim', text, { stream: stdout }),
  }
}
