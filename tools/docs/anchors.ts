/**
 * Finds the anchors of a Markdown page, as GitHub creates them from its headings.
 *
 * @module
 */

/**
 * Lists the anchors that a link such as `client.md#states` can point to.
 *
 * @param text - The page. Lines in code blocks don't count as headings.
 * @returns The anchors without `#`. If a heading is repeated, the second one's anchor ends in `-1`.
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
