import { type Regions, regionOfBucket } from '../buckets/region.ts'
import { eventBridgeEvent, type ObjectCreatedListener, objectCreatedEvent } from './event-bridge.ts'
import { eventMessage } from './event-message.ts'
import { wants } from './notification-configuration.ts'
import type { ObjectChange } from './object-change.ts'
import { EVENT_BRIDGE, type Webhooks } from './webhooks.ts'

export interface AnnouncerOptions {
  readonly regions: Regions
  readonly now: () => Date
  readonly webhooks: Webhooks
  readonly warn: (message: string) => void
}

/** Tells listeners and webhooks what happened to objects. */
export class Announcer {
  readonly #options: AnnouncerOptions
  readonly #listeners = new Set<ObjectCreatedListener>()

  constructor(options: AnnouncerOptions) {
    this.#options = options
  }

  /** @returns A function that removes the listener. */
  onObjectCreated(listener: ObjectCreatedListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Call it only once the change is stored. Never throws, because the request has succeeded. */
  announce(change: ObjectChange | undefined): void {
    if (!change) return
    this.#tellListeners(change)
    this.#tellTargets(change)
  }

  #regionOf({ bucket }: ObjectChange): string {
    return regionOfBucket(bucket.record, this.#options.regions)
  }

  #tellListeners(change: ObjectChange): void {
    if (this.#listeners.size === 0) return
    const { now, warn } = this.#options
    const region = this.#regionOf(change)
    const event = objectCreatedEvent(region, change, now())
    if (!event) return
    for (const listener of this.#listeners) {
      try {
        listener(event)
      } catch (error) {
        warn(`a listener of onObjectCreated threw ${error instanceof Error ? error.stack : error}`)
      }
    }
  }

  #tellTargets(change: ObjectChange): void {
    const { notifications } = change.bucket.record
    if (!notifications) return
    const { now, webhooks } = this.#options
    const region = this.#regionOf(change)
    for (const target of notifications.targets) {
      if (!wants(target, change.event, change.key)) continue
      webhooks.send(target.arn, eventMessage(region, change, target.id, now()))
    }
    if (notifications.eventBridge) {
      webhooks.send(EVENT_BRIDGE, eventBridgeEvent(region, change, now()))
    }
  }
}
