/**
 * Lifecycle rules, as the server keeps them.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html
 * @module
 */

import type { Tags } from '../buckets/tags.ts'

export interface LifecycleRule {
  readonly id?: string
  readonly enabled: boolean
  readonly filter: LifecycleFilter
  /** Its prefix came beside the actions, as it did before there were filters. */
  readonly older?: boolean
  readonly expirationDays?: number
  readonly expirationDateMs?: number
  /** Removes a delete marker that hides nothing. */
  readonly expiredObjectDeleteMarker?: boolean
  readonly noncurrentDays?: number
  readonly abortIncompleteDays?: number
}

export interface LifecycleFilter {
  readonly prefix?: string
  readonly tags?: Tags
  readonly sizeGreaterThan?: number
  readonly sizeLessThan?: number
}
