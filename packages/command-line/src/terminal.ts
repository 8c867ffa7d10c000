/**
 * Prints the output of a command: lines to standard output, errors to standard error. Text is only
 * bold or faint on a terminal and if `NO_COLOR` is not set. Control characters in a line are
 * escaped, so that untrusted text cannot control the terminal.
 *
 * @see https://no-color.org
 * @module
 */

import { styleText } from 'node:util'
import { printableLines } from './printable.ts'

/** The output of a command. */
export interface Terminal {
  say(line?: string): void
  complain(line: string): void
  /** Returns bold text, if standard output supports it. */
  strong(text: string): string
  /** Returns faint text, if standard output supports it. */
  faint(text: string): string
}

/**
 * Prints to the given streams. `styleText` checks `NO_COLOR`, and whether the stream is a terminal.
 */
export function createTerminal(
  stdout: NodeJS.WritableStream,
  stderr: NodeJS.WritableStream,
): Terminal {
  // In `strict-s3 | head -3`, the server must not stop when `head` ends.
  for (const stream of [stdout, stderr]) stream.on('error', ignoreClosedPipe)
  return {
    say: (line = '') => void stdout.write(`${harmless(line)}\n`),
    complain: (line) =>
      void stderr.write(`${styleText('red', printableLines(line), { stream: stderr })}\n`),
    strong: (text) => styleText('bold', printableLines(text), { stream: stdout }),
    faint: (text) => styleText('dim', printableLines(text), { stream: stdout }),
  }
}

function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences of `strong` and `faint`
const EMPHASIS = /(\x1b\[(?:1|2|22)m)/

/** Escapes everything except the sequences of `strong` and `faint`. */
function harmless(line: string): string {
  return line
    .split(EMPHASIS)
    .map((piece, index) => (index % 2 === 0 ? printableLines(piece) : piece))
    .join('')
}
