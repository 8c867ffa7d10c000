/**
 * Keeps the focus when the element that has it is removed. Otherwise the next Tab would start at
 * the top of the page.
 *
 * @module
 */

/**
 * Remembers what has the focus in a shadow tree.
 *
 * @returns A function for when the tree was drawn anew. If the focused element is gone, the focus
 *   goes to its row; if the row is gone, to the next row, the one before, or the drop zone.
 */
export function rememberFocus(root: ShadowRoot): () => void {
  const focused = root.activeElement
  if (!focused) return () => {}
  const row = focused.closest('.row')
  const rows = [...root.querySelectorAll('.row')]
  const at = row ? rows.indexOf(row) : rows.length
  // The nearest first: those behind, then those before.
  const candidates = row ? [row, ...rows.slice(at + 1), ...rows.slice(0, at).reverse()] : []
  return () => {
    if (root.activeElement) return
    const next = candidates.find((candidate) => candidate.isConnected)
    const target = next?.classList.contains('removed')
      ? next.querySelector('button') // undo is what may be wanted next
      : (next ?? root.querySelector('button'))
    if (target instanceof HTMLElement) target.focus({ preventScroll: true })
  }
}
