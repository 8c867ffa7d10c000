/**
 * Prints a command's output. Text is bold or faint only on a terminal, and only if `NO_COLOR` is
 * not set. Control characters are escaped, so that untrusted text cannot control the terminal.
 *
 * @see https://no-color.org
 * @module
 */

import { styleText } from 'node:util'
import { printableLines } from './printable.ts'

export interface Terminal {
  say(line?: string): void
  complain(line: string): void
  strong(text: string): string
  faint(text: string): string
}

export function createTerminal(
  stdout: NodeJS.WritableStream,
  stderr: NodeJS.WritableStream,
): Terminal {
  // In `strict-s3 | head -3`, the server must keep running when `head` exits.
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
