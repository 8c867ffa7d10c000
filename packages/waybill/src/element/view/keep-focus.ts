/**
 * Moves the focus on when the focused element is removed. Otherwise, the next Tab would start at the
 * top of the page.
 *
 * @module
 */

/**
 * Remembers what has the focus in a shadow tree.
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
  // Nearest first: the following rows, then the preceding ones.
  const candidates = row ? [row, ...rows.slice(at + 1), ...rows.slice(0, at).reverse()] : []
  return () => {
    if (root.activeElement) return
    const next = candidates.find((candidate) => candidate.isConnected)
    const target = next?.classList.contains('removed')
      ? next.querySelector('button') // undo
      : (next ?? root.querySelector('button'))
    if (target instanceof HTMLElement) target.focus({ preventScroll: true })
  }
}
