/**
 * Passes events to the application's `onEvent`, which can neither change nor delay a response.
 *
 * @module
 */

import type { OnSignerEvent, SignerEvent } from '../../protocol/signer-event.ts'

/** An event without its time. */
type Untimed<Event> = Event extends SignerEvent ? Omit<Event, 'at'> : never

/** Reports something that happens now. */
export type ReportEvent = (event: Untimed<SignerEvent>) => void

interface Listener {
  readonly onEvent: OnSignerEvent | undefined
  readonly onError: (error: unknown) => void
}

/**
 * Creates the function that passes events to `onEvent`.
 *
 * @returns `undefined` if there is no `onEvent`, so that nobody builds events for nothing.
 */
export function notifyOf({
  onEvent,
  onError,
}: Listener): ((event: SignerEvent) => void) | undefined {
  if (!onEvent) return undefined
  return (event) => {
    try {
      // Not awaited: a slow listener must not delay the response.
      Promise.resolve(onEvent(event)).catch(onError)
    } catch (error) {
      onError(error)
    }
  }
}

/** Creates the function that reports what happens now; `undefined` if there is no `onEvent`. */
export function reportEventTo({
  now,
  ...listener
}: Listener & { readonly now: () => Date }): ReportEvent | undefined {
  const notify = notifyOf(listener)
  return notify && ((event) => notify({ ...event, at: now() }))
}

/** Returns an event's `secondsSinceGrant`, or nothing if the waybill has no time of its grant. */
export function secondsSince(
  grantedAt: Date | undefined,
  now: Date,
): { readonly secondsSinceGrant?: number } {
  if (grantedAt === undefined) return {}
  // Waybills hold whole seconds, and the clocks of signer and arrival may differ slightly.
  const seconds = Math.floor((now.getTime() - grantedAt.getTime()) / 1000)
  return { secondsSinceGrant: Math.max(0, seconds) }
}
