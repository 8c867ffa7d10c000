/**
 * Fits text into a number of terminal columns. Chinese, Japanese and Korean characters and emoji
 * take two of them.
 *
 * @module
 */

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u

/** Keeps the beginning and, because a key ends in the file's name, more of the end. */
export function shorten(text: string, columns: number): string {
  if (text.length <= columns && !WIDE.test(text)) return text
  const characters = charactersOf(text)
  if (widthOf(characters) <= columns) return text
  const head: string[] = []
  while (widthOf(head) < Math.floor((columns - 1) / 3)) head.push(characters.shift() ?? '')
  while (widthOf(head) + 1 + widthOf(characters) > columns) characters.shift()
  return `${head.join('')}…${characters.join('')}`
}

/** @returns In columns. */
export function textWidth(text: string): number {
  return WIDE.test(text) ? widthOf(charactersOf(text)) : text.length
}

function charactersOf(text: string): string[] {
  return Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment)
}

function widthOf(characters: readonly string[]): number {
  return characters.reduce((sum, each) => sum + (WIDE.test(each) ? 2 : 1), 0)
}

/** Breaks text at spaces. A word that is longer than a line keeps its own line. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const line = lines.at(-1)
    if (line === undefined || line.length + 1 + word.length > columns) lines.push(word)
    else lines[lines.length - 1] = `${line} ${word}`
  }
  return lines
}

/** Wraps text whose first line follows `label`. The other lines begin below the first. */
export function hang(label: string, text: string, columns: number): string {
  const lines = wrap(text, columns - label.length)
  return label + lines.join(`\n${' '.repeat(label.length)}`)
}
