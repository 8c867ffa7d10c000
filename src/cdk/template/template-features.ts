/**
 * What is chosen when a template is written. What can still be chosen when it is deployed is a
 * parameter (`template-parameters.ts`): a value there changes no resource, permission or lifecycle
 * rule.
 *
 * @module
 */

/** Whether there is a distribution, and under whose name. */
export type Front = 'none' | 'cloudfront' | 'domain'

/** What is chosen when a template is written. */
export interface TemplateFeatures {
  /** Who may call the signer, as `SignerAuth` says it. */
  readonly auth: 'jwt' | 'iam' | 'none'
  /** Whether rules may have `read`. */
  readonly read: boolean
  /** Whether rules may have `remove`. */
  readonly remove: boolean
  /** The days that `claim` of a rule may say. */
  readonly claims: readonly number[]
  /** Whether rules may have `quota`: there is a table then. */
  readonly quota: boolean
  /** CloudFront before the signer (`SignerFront`). */
  readonly front: Front
  /** CloudFront for verified objects (`Delivery`). */
  readonly delivery: Front
  /** Whether strangers may publish files: `delivery` where `auth` is `none`. */
  readonly openDelivery: boolean
  readonly malwareScan: boolean
  readonly transferAcceleration: boolean
  /** Whether the bucket has a KMS key of the account. */
  readonly encryptionKey: boolean
  /** Whether S3, and CloudFront where there is some, write access logs into a bucket. */
  readonly accessLogs: boolean
  /** Whether alarms are sent to a topic. */
  readonly alarmTopic: boolean
  /** Whether X-Ray traces the functions. */
  readonly tracing: boolean
  readonly dashboard: boolean
  /** Which metrics the functions write: `alarms` leaves out what costs. */
  readonly metrics: 'all' | 'alarms'
  /** Whether rejected objects are deleted at once. */
  readonly deleteRejected: boolean
}

/** The template without any option: callers have tokens, and rules only let them upload. */
export const USUAL_FEATURES: TemplateFeatures = {
  auth: 'jwt',
  read: false,
  remove: false,
  claims: [],
  quota: false,
  front: 'none',
  delivery: 'none',
  openDelivery: false,
  malwareScan: false,
  transferAcceleration: false,
  encryptionKey: false,
  accessLogs: false,
  alarmTopic: false,
  tracing: false,
  dashboard: true,
  metrics: 'all',
  deleteRejected: false,
}

/**
 * Checks that features go together.
 *
 * @throws {Error} When they would publish what strangers upload, or exclude each other.
 */
export function checkFeatures({ auth, front, delivery, openDelivery }: TemplateFeatures): void {
  if (auth === 'iam' && front !== 'none') {
    throw new Error("front and auth 'iam' exclude each other: the caller would be CloudFront")
  }
  if (auth === 'none' && delivery !== 'none' && !openDelivery) {
    throw new Error(
      "delivery would publish what strangers upload, under your address, because auth is 'none': choose another auth, " +
        'or add open-delivery where that is meant',
    )
  }
}
