/**
 * The element's custom states, for CSS selectors such as `waybill-upload:state(sending)`.
 *
 * @module
 */

export type CustomState =
  | 'empty'
  | 'sending'
  | 'waiting'
  | 'paused'
  | 'failed'
  | 'done'
  | 'dragging'
  | 'disabled'

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
      // Chrome before 125 accepts only names with leading dashes, and some browsers do not support
      // custom states at all.
      return
    }
  }
}
