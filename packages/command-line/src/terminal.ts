/**
 * Prints a command's output. Text is styled only on a terminal, and only if `NO_COLOR` is not set;
 * `FORCE_COLOR` styles it everywhere. Control characters are escaped, so that untrusted text cannot
 * control the terminal.
 *
 * @see https://no-color.org
 * @module
 */

import { textWidth, wrap } from './fit-text.ts'
import { printable, printableLines } from './printable.ts'

// An import would load all that `node:util` exports, and delay every command.
const { styleText } = process.getBuiltinModule('node:util')

export interface Terminal {
  say(line?: string): void
  complain(line: string): void
  /** Writes a line to standard error, so that standard output has only results. */
  note(line: string): void
  /**
   * Replaces the progress lines, or removes them if `text` is empty. Writes to standard error, so
   * that it works while standard output goes to a file, and writes nothing unless that is a
   * terminal.
   *
   * @param text - No line may be longer than `progressColumns`.
   */
  progress(text: string): void
  /** The width for `progress`, or `undefined` if it writes nothing. */
  readonly progressColumns: number | undefined
  strong(text: string): string
  faint(text: string): string
  good(text: string): string
  warning(text: string): string
  bad(text: string): string
  /** The terminal's width, or `Infinity` if the output goes to a file or a pipe. */
  readonly columns: number
}

export function createTerminal(
  stdout: NodeJS.WritableStream & { readonly columns?: number },
  stderr: NodeJS.WritableStream & { readonly columns?: number; readonly isTTY?: boolean },
): Terminal {
  for (const stream of [stdout, stderr]) stream.on('error', ignoreClosedOutput)
  const styled = (style: 'bold' | 'dim' | 'green' | 'yellow' | 'red') => (text: string) =>
    styleText(style, printableLines(text), { stream: stdout })
  let shown: readonly string[] = []
  const terminal: Terminal = {
    say: (line = '') => void stdout.write(`${harmless(line)}\n`),
    complain: (line) => {
      const columns = stderr.columns || Number.POSITIVE_INFINITY
      const lines = printableLines(line).split('\n')
      const text = lines.flatMap((each) => wrap(each, columns)).join('\n')
      // Long messages are easier to read if only the program's name is red.
      const [, name = text, rest = ''] = /^([\w-]+:)( .*)$/s.exec(text) ?? []
      stderr.write(`${styleText('red', name, { stream: stderr })}${rest}\n`)
    },
    note: (line) => {
      const columns = stderr.columns || Number.POSITIVE_INFINITY
      stderr.write(`${wrap(printableLines(line), columns).join('\n')}\n`)
    },
    progress: (text) => {
      const { progressColumns } = terminal
      if (progressColumns === undefined) return
      // A terminal that has become narrower has wrapped the lines.
      const rows = shown.map((line) => Math.ceil(textWidth(line) / progressColumns) || 1)
      const up = rows.reduce((sum, count) => sum + count, 0) - 1
      shown = text.split('\n').map(printable)
      stderr.write(`\r${up > 0 ? `\u001b[${up}A` : ''}${ERASE_BELOW}${shown.join('\n')}`)
    },
    get progressColumns() {
      return stderr.isTTY && process.env.TERM !== 'dumb' ? stderr.columns || 80 : undefined
    },
    strong: styled('bold'),
    faint: styled('dim'),
    good: styled('green'),
    warning: styled('yellow'),
    bad: styled('red'),
    get columns() {
      return stdout.columns || Number.POSITIVE_INFINITY
    },
  }
  return terminal
}

const ERASE_BELOW = '\u001b[J'

/**
 * In `strict-s3 | head -3`, the server must keep running when `head` exits (`EPIPE`). If the terminal
 * is closed (`EIO`), a command must still be able to clean up.
 */
function ignoreClosedOutput(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences of `styled`
const STYLES = /(\x1b\[(?:1|2|22|31|32|33|39)m)/

/** Escapes everything except the sequences of `styled`. */
function harmless(line: string): string {
  return line
    .split(STYLES)
    .map((piece, index) => (index % 2 === 0 ? printableLines(piece) : piece))
    .join('')
}
