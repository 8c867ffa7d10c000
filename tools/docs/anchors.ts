/**
 * Lists the anchors that GitHub creates for a page's headings, as used in `client.md#states`.
 *
 * @param text - The page. Headings in code blocks are ignored.
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
