/**
 * Passes events to the application's `onEvent`, which can neither change nor delay a response.
 *
 * @module
 */

import { baseContentType, isContentType } from '../protocol/base-content-type.ts'
import type { OnSignerEvent, RefusalEvent, SignerEvent } from '../protocol/signer-event.ts'
import type { UploadError } from '../protocol/upload-error.ts'

type Untimed<Event> = Event extends SignerEvent ? Omit<Event, 'at'> : never

/** @param failure - The error that a refused call returns. */
export type ReportEvent = (event: Untimed<SignerEvent>, failure?: UploadError) => void

/** Not part of the events, because an error message can quote what the client sent. */
const FAILURES = new WeakMap<SignerEvent, UploadError>()

/** Returns the error message that the client received. */
export function refusalMessage(event: RefusalEvent): string | undefined {
  return FAILURES.get(event)?.message
}

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
  return (
    notify &&
    ((event, failure) => {
      const timed = { ...event, at: now() }
      if (failure) FAILURES.set(timed, failure)
      notify(timed)
    })
  )
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

/** Clients can declare any text as a content type. */
export function declaredType(type: string): Pick<RefusalEvent, 'contentType'> {
  const contentType = baseContentType(type)
  return isContentType(contentType) ? { contentType } : {}
}
