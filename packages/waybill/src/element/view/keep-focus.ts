/**
 * Moves focus to another element when the focused one is removed. Otherwise, the next Tab would
 * start at the top of the page.
 *
 * @module
 */

/**
 * Remembers which element in a shadow tree has focus.
 *
 * @returns A function to call after rendering. If the focused element is gone, the function focuses
 *   its row. If the row is gone too, it focuses the next row, the previous row, or the drop zone.
 */
export function rememberFocus(root: ShadowRoot): () => void {
  const focused = root.activeElement
  if (!focused) return () => {}
  const row = focused.closest('.row')
  const rows = [...root.querySelectorAll('.row')]
  const at = row ? rows.indexOf(row) : rows.length
  // The rows after the focused one come first, then those before it, nearest first.
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
