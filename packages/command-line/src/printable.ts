/**
 * Escapes foreign text for a terminal. A key, a header or a message may contain any character. It
 * must not end the line, move the cursor, change the title of the window or the direction of text.
 *
 * The log of the local S3 and all output of the `waybill` program are escaped here.
 *
 * @module
 */

/**
 * C0 except tab and line feed, DEL, C1, line and paragraph separators, bidirectional marks,
 * embeddings and isolates.
 */
const ALWAYS =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern finds control characters
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

/**
 * Returns the text on one line. Control characters and direction marks become escapes such as
 * `\u001b`, which mean the same in JSON.
 */
export function printable(text: string): string {
  return printableLines(text).replace(/[\t\n]/g, escaped)
}

/** Escapes text but keeps its line breaks and tabs: for our own text that quotes foreign text. */
export function printableLines(text: string): string {
  return text.replace(ALWAYS, escaped)
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
