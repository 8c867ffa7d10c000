/**
 * Calls the application's `onEvent` so that nothing it does changes or delays a response.
 *
 * @module
 */

import type { OnSignerEvent, SignerEvent } from '../../protocol/signer-event.ts'

/** An event without its time. */
type Untimed<Event> = Event extends SignerEvent ? Omit<Event, 'at'> : never

/** Tells of something that happens now. */
export type TellEvent = (event: Untimed<SignerEvent>) => void

interface TellEventOptions {
  readonly onEvent: OnSignerEvent | undefined
  readonly onError: (error: unknown) => void
  readonly now: () => Date
}

/**
 * Creates the function that tells of events.
 *
 * @returns `undefined` without `onEvent`, so that events are not put together in vain.
 */
export function tellEventTo({ onEvent, onError, now }: TellEventOptions): TellEvent | undefined {
  if (!onEvent) return undefined
  return (event) => {
    try {
      // Not awaited: a slow listener must not delay the response.
      Promise.resolve(onEvent({ ...event, at: now() })).catch(onError)
    } catch (error) {
      onError(error)
    }
  }
}

/**
 * Returns `secondsSinceGrant` of an event; nothing when the waybill does not say when it was
 * granted.
 */
export function secondsSince(
  grantedAt: Date | undefined,
  now: Date,
): { readonly secondsSinceGrant?: number } {
  if (grantedAt === undefined) return {}
  // Waybills hold whole seconds, and the clocks of signer and arrival may differ a little.
  const seconds = Math.floor((now.getTime() - grantedAt.getTime()) / 1000)
  return { secondsSinceGrant: Math.max(0, seconds) }
}
