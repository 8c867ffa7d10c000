/**
 * Escapes untrusted text for a terminal. A key, header or message can contain any character, but
 * must not end the line, move the cursor, or change the window title or text direction.
 *
 * @module
 */

/**
 * Matches C0 controls except tab and line feed, DEL, C1 controls, line and paragraph separators,
 * and bidirectional marks, embeddings and isolates.
 */
const ALWAYS =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern finds control characters
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

/**
 * Returns the text on one line. Control characters and direction marks are replaced by escapes such
 * as `\u001b`, which are also valid in JSON.
 */
export function printable(text: string): string {
  return printableLines(text).replace(/[\t\n]/g, escaped)
}

/** Like `printable`, but keeps line breaks and tabs. Use it for messages that quote such text. */
export function printableLines(text: string): string {
  return text.replace(ALWAYS, escaped)
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
