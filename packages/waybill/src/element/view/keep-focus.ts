/**
 * Moves focus to another element when the focused one is removed. Otherwise, the next Tab would
 * start at the top of the page.
 *
 * @module
 */

/**
 * Remembers which element of a shadow tree has focus.
 *
 * @returns A function to call after rendering. If the focused element is gone, it focuses the row;
 *   if the row is gone, the next row, the previous one, or the drop zone.
 */
export function rememberFocus(root: ShadowRoot): () => void {
  const focused = root.activeElement
  if (!focused) return () => {}
  const row = focused.closest('.row')
  const rows = [...root.querySelectorAll('.row')]
  const at = row ? rows.indexOf(row) : rows.length
  // The following rows come first, then the preceding ones, the nearest of each first.
  const candidates = row ? [row, ...rows.slice(at + 1), ...rows.slice(0, at).reverse()] : []
  return () => {
    if (root.activeElement) return
    const next = candidates.find((candidate) => candidate.isConnected)
    const target = next?.classList.contains('removed')
      ? next.querySelector('button') // the undo button
      : (next ?? root.querySelector('button'))
    if (target instanceof HTMLElement) target.focus({ preventScroll: true })
  }
}
