/**
 * A paste as a person makes it.
 *
 * @module
 */

/** Firefox lets no script say what is pasted, so the event is told afterwards. */
export function pasteEvent(clipboardData: DataTransfer): ClipboardEvent {
  const event = new ClipboardEvent('paste', { bubbles: true, composed: true, cancelable: true })
  Object.defineProperty(event, 'clipboardData', { value: clipboardData })
  return event
}
