/**
 * Text of foreign origin on a terminal. A key, a header or an error's message may hold anything: it must not end the
 * line, move the cursor, change the window's title or turn the text around.
 *
 * The log of the local S3 and everything that the `waybill` program prints go through here.
 *
 * @module
 */

/** C0 but tab and line feed, DEL, C1, line and paragraph separators, bidirectional marks, embeddings and isolates. */
const ALWAYS =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

/**
 * Returns the text on one line: control characters and those that turn the text around become `\u001b` and the like,
 * which inside of JSON still means the same.
 */
export function printable(text: string): string {
  return printableLines(text).replace(/[\t\n]/g, escaped)
}

/** Returns the text with its lines and tabs as they are: for what is ours and only quotes something foreign. */
export function printableLines(text: string): string {
  return text.replace(ALWAYS, escaped)
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
