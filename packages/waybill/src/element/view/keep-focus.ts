/**
 * Keeps focus when rendering moves or removes the focused element. Otherwise, the next Tab would
 * start at the top of the page.
 *
 * @module
 */

/**
 * Remembers which element in a shadow tree has focus.
 *
 * @returns A function to call after rendering. If focus was lost, the function focuses the same
 *   button in its row. If the button is gone, it focuses the row; if the row is gone too, the next
 *   row, the previous row, or the drop zone. From a button of the total, focus moves to the total.
 */
export function rememberFocus(root: ShadowRoot): () => void {
  const focused = root.activeElement
  if (!focused) return () => {}
  const row = focused.closest('.row')
  const ids = row ? idsFrom(row, [...root.querySelectorAll('.row')]) : []
  const isOutside = !row && focused.closest('.files')
  return () => {
    if (root.activeElement) return
    const target =
      (focused.isConnected && focused) ||
      rowOf(root, ids, focused.getAttribute('part')) ||
      (isOutside && root.querySelector('.files > [tabindex], .files .row')) ||
      root.querySelector('button')
    if (target instanceof HTMLElement) target.focus({ preventScroll: true })
  }
}

/** @returns The row's id, then those of the rows after it and before it, nearest first. */
function idsFrom(row: Element, rows: readonly Element[]): readonly string[] {
  const at = rows.indexOf(row)
  return [row, ...rows.slice(at + 1), ...rows.slice(0, at).reverse()].map(
    (each) => each.getAttribute('data-id') ?? '',
  )
}

/** Finds rows by id, because a row that moves can be rendered anew. */
function rowOf(root: ShadowRoot, ids: readonly string[], part: string | null) {
  for (const [index, id] of ids.entries()) {
    const row = root.querySelector(`.row[data-id="${CSS.escape(id)}"]`)
    if (!row) continue
    if (row.classList.contains('removed')) return row.querySelector('button') // the undo button
    return (index === 0 && row.querySelector(`button[part="${part}"]`)) || row
  }
  return undefined
}
