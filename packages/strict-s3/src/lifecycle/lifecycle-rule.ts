/**
 * Lifecycle rules, as the server stores them.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html
 * @module
 */

/** A lifecycle rule. */
export interface LifecycleRule {
  readonly id?: string
  readonly enabled: boolean
  readonly filter: LifecycleFilter
  /** Whether the prefix is beside the actions: the older form without `Filter`. */
  readonly older?: boolean
  readonly expirationDays?: number
  readonly expirationDateMs?: number
  /** Removes a delete marker without noncurrent versions. */
  readonly expiredObjectDeleteMarker?: boolean
  readonly noncurrentDays?: number
  readonly abortIncompleteDays?: number
}

/** The objects that a rule applies to. */
export interface LifecycleFilter {
  readonly prefix?: string
  readonly tags?: Readonly<Record<string, string>>
  readonly sizeGreaterThan?: number
  readonly sizeLessThan?: number
}
