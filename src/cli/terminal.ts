/**
 * What a command says, and where: lines to standard output, complaints to standard error, with emphasis only where
 * a person is looking (a terminal, and `NO_COLOR` not set). Whatever a line quotes can do nothing to the terminal.
 *
 * @see https://no-color.org
 * @module
 */

import { styleText } from 'node:util'
import { printableLines } from '../local-s3/http/printable.ts'

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
    say: (line = '') => void stdout.write(`${harmless(line)}\n`),
    complain: (line) =>
      void stderr.write(`${styleText('red', printableLines(line), { stream: stderr })}\n`),
    strong: (text) => styleText('bold', printableLines(text), { stream: stdout }),
    faint: (text) => styleText('dim', printableLines(text), { stream: stdout }),
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: what `strong` and `faint` begin and end with
const EMPHASIS = /(\x1b\[(?:1|2|22)m)/

/** Foreign text may at most be bold or faint. */
function harmless(line: string): string {
  return line
    .split(EMPHASIS)
    .map((piece, index) => (index % 2 === 0 ? printableLines(piece) : piece))
    .join('')
}
