/**
 * The states that CSS can select: `waybill-upload:state(sending)`.
 *
 * @module
 */

/** The element's states; docs/reference/element.md has what each means. */
export type CustomState =
  | 'empty'
  | 'sending'
  | 'waiting'
  | 'paused'
  | 'failed'
  | 'done'
  | 'dragging'
  | 'disabled'

/** Sets and removes states so that the element has exactly `wanted`. */
export function setStates(
  { states }: ElementInternals,
  all: Readonly<Record<CustomState, boolean>>,
): void {
  for (const [name, isOn] of Object.entries(all)) {
    try {
      if (states.has(name) === isOn) continue
      if (isOn) states.add(name)
      else states.delete(name)
    } catch {
      // Chrome before 125 takes only names that begin with dashes; other engines may have none.
      return
    }
  }
}
