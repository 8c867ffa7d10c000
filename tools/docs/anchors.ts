/**
 * The anchors of a page of Markdown, as GitHub makes them from its headings.
 *
 * @module
 */

/**
 * Lists what a link such as `client.md#states` may name in a page.
 *
 * @param text - The page. Lines of code blocks are no headings.
 * @returns Anchors without `#`. The second heading of the same words ends in `-1`.
 */
export function anchorsOf(text: string): ReadonlySet<string> {
  const found = new Set<string>()
  const prose = text.replace(/^( *)```[\s\S]*?^\1```/gm, '')
  for (const [, heading = ''] of prose.matchAll(/^#+ (.+)$/gm)) {
    const anchor = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-')
    let number = 0
    while (found.has(numbered(anchor, number))) number++
    found.add(numbered(anchor, number))
  }
  return found
}

function numbered(anchor: string, number: number): string {
  return number === 0 ? anchor : `${anchor}-${number}`
}
