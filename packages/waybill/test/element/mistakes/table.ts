/**
 * Prints what was seen of each mistake, for readers who do not know the project.
 *
 * @module
 */

/** What was seen of a mistake in a page. */
export interface Seen {
  /** What the row says to the person, last. */
  readonly person: string
  /** What the row says to the developer. */
  readonly row: string
  /** Waybill's warnings in the console. */
  readonly console: readonly string[]
  /** What Chromium itself writes there. */
  readonly browsersOwn: readonly string[]
  /** What the server has printed. */
  readonly terminal: string
  /** From the choice of the file to its end, or to the first wait. */
  readonly seconds: number
  readonly code: string | undefined
}

/** What was seen of a server that did not start. */
export interface NotStarted extends Pick<Seen, 'terminal' | 'seconds'> {
  readonly exitCode: number | undefined
}

const INTRODUCTION = `What is seen of mistakes in setting up uploads

A page has the tag <waybill-upload>, where a person chooses a file. The page asks the developer's own
server (Express, with a handler that Waybill calls the signer) for permission, and then sends the
file straight to a bucket (S3, here a local one that judges as S3 does). Files above 5 MiB go in
parts. One thing at a time is set up wrongly:

  written     the mistake, as it stands in the developer's code or bucket
  person      what somebody who uploads a file reads beside it
  row         what is below that for the developer: only on a page of their own machine or network
  console     what Waybill writes into the browser's console
  Chromium    what the browser itself adds there
  terminal    what the server prints
  seconds     from the choice of the file until the upload has failed, or what is shown is seen`

/** All rows, with what a reader must know. */
export function printTable(rows: readonly string[]): string {
  return [INTRODUCTION, ...rows.map((row, index) => `${index + 1}. ${row}`)].join('\n\n')
}

/** One row, to be printed. */
export function describeRow(name: string, written: string, seen: Seen | NotStarted): string {
  const { terminal, seconds } = seen
  const entries: readonly (readonly [string, string])[] =
    'exitCode' in seen
      ? [
          ['person', '(the server does not start, so there is no page)'],
          ['terminal', foldStack(terminal)],
          ['seconds', `${seconds} until the server has ended, with exit code ${seen.exitCode}`],
        ]
      : [
          ['person', seen.person],
          ['row', seen.row],
          ['console', seen.console.join('\n')],
          ['Chromium', counted(seen.browsersOwn)],
          ['terminal', foldStack(terminal)],
          ['seconds', String(seconds)],
        ]
  const lines = [['written', written] as const, ...entries].map(([label, text]) =>
    entry(label, text),
  )
  return [name, ...lines].join('\n')
}

/** Chromium writes the like for each request; its presigned URLs are long. */
function counted([first, ...others]: readonly string[]): string {
  if (first === undefined) return ''
  const shown = first.replace(/\?[^\s'"]+/g, '?…')
  return others.length === 0 ? shown : `${shown}\n(and ${others.length} more)`
}

function entry(label: string, text: string): string {
  const [first = '', ...others] = (text.trim() || '(nothing)').split('\n')
  const rest = others.map((line) => `${' '.repeat(14)}${line}`)
  return [`  ${label.padEnd(12)}${first}`, ...rest].join('\n')
}

/** Of a stack only the frames in the developer's own files say anything to a reader. */
function foldStack(text: string): string {
  const isFrame = (line: string) => /^\s+at /.test(line)
  const isOwn = (line: string) => /\b(?:signer|server)\.js:/.test(line)
  return text
    .split('\n')
    .filter((line) => !isFrame(line) || isOwn(line))
    .join('\n')
}
