/**
 * Passes events to the application's `onEvent`, which can neither change nor delay a response.
 *
 * @module
 */

import type { OnSignerEvent, SignerEvent } from '../../protocol/signer-event.ts'

type Untimed<Event> = Event extends SignerEvent ? Omit<Event, 'at'> : never

export type ReportEvent = (event: Untimed<SignerEvent>) => void

interface Listener {
  readonly onEvent: OnSignerEvent | undefined
  readonly onError: (error: unknown) => void
}

/** Returns `undefined` if there is no `onEvent`, so that callers need not build events. */
export function notifyOf({
  onEvent,
  onError,
}: Listener): ((event: SignerEvent) => void) | undefined {
  if (!onEvent) return undefined
  return (event) => {
    try {
      Promise.resolve(onEvent(event)).catch(onError)
    } catch (error) {
      onError(error)
    }
  }
}

export function reportEventTo({
  now,
  ...listener
}: Listener & { readonly now: () => Date }): ReportEvent | undefined {
  const notify = notifyOf(listener)
  return notify && ((event) => notify({ ...event, at: now() }))
}

export function secondsSince(
  grantedAt: Date | undefined,
  now: Date,
): { readonly secondsSinceGrant?: number } {
  if (grantedAt === undefined) return {}
  // Waybills contain whole seconds, and the clocks of signer and arrival handler may differ
  // slightly. The result is therefore never negative.
  const seconds = Math.floor((now.getTime() - grantedAt.getTime()) / 1000)
  return { secondsSinceGrant: Math.max(0, seconds) }
}
