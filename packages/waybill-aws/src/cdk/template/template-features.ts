/**
 * What is fixed when a template is written. What can still be chosen at deployment is a parameter
 * (`template-parameters.ts`): its value changes no resource, permission or lifecycle rule.
 *
 * @module
 */

import type { ObjectDefaults } from 'waybill/internal/object-defaults'

/** Whether there is a distribution, and under whose name. */
export type Front = 'none' | 'cloudfront' | 'domain'

/** What is fixed when a template is written. */
export interface TemplateFeatures {
  /** Who may call the signer, as in `SignerAuth`. */
  readonly auth: 'jwt' | 'iam' | 'none'
  /** Whether rules may have `read`. */
  readonly read: boolean
  /** Whether rules may have `remove`. */
  readonly remove: boolean
  /** The days that `claim` of a rule may use. */
  readonly claims: readonly number[]
  /** Whether rules may have `quota`: the template then contains a table. */
  readonly quota: boolean
  /** Whether the signer has an HTTP API instead of a Function URL. */
  readonly httpApi: boolean
  /** CloudFront in front of the signer (`SignerFront`). */
  readonly front: Front
  /** Whether that distribution uses a web ACL of the account. */
  readonly webAcl: boolean
  /** CloudFront for verified objects (`Delivery`). */
  readonly delivery: Front
  /** Whether strangers may publish files: `delivery` while `auth` is `none`. */
  readonly openDelivery: boolean
  readonly malwareScan: boolean
  readonly transferAcceleration: boolean
  /** Whether the bucket uses a KMS key of the account. */
  readonly encryptionKey: boolean
  /**
   * Headers and tags of each new object. They are not parameters, because the signer's role may
   * write only these tags, and a policy's condition keys cannot come from a parameter. The KMS key
   * is the bucket's.
   */
  readonly objectDefaults?: Omit<ObjectDefaults, 'sseKmsKeyId'>
  /** Whether S3, and CloudFront if used, write access logs to a bucket. */
  readonly accessLogs: boolean
  /** Whether alarms notify a topic. */
  readonly alarmTopic: boolean
  /** Whether X-Ray traces the functions. */
  readonly tracing: boolean
  /** Whether the functions run in subnets of the account. */
  readonly vpc: boolean
  readonly dashboard: boolean
  /** Which metrics the functions write: `alarms` omits those by rule and reason. */
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
  httpApi: false,
  front: 'none',
  webAcl: false,
  delivery: 'none',
  openDelivery: false,
  malwareScan: false,
  transferAcceleration: false,
  encryptionKey: false,
  accessLogs: false,
  alarmTopic: false,
  tracing: false,
  vpc: false,
  dashboard: true,
  metrics: 'all',
  deleteRejected: false,
}

/** Features that exclude each other, and why. */
const MISTAKES: readonly (readonly [isMade: (of: TemplateFeatures) => boolean, why: string])[] = [
  [
    ({ auth, front }) => auth === 'iam' && front !== 'none',
    "front and auth 'iam' exclude each other: the caller would be CloudFront",
  ],
  [
    ({ httpApi, front }) => httpApi && front !== 'none',
    'front and http-api exclude each other: who calls an HTTP API directly would go around CloudFront',
  ],
  [
    ({ webAcl, front }) => webAcl && front === 'none',
    'web-acl is given without front, expected both: the web ACL is that of CloudFront before the signer',
  ],
  [
    ({ auth, delivery, openDelivery }) => auth === 'none' && delivery !== 'none' && !openDelivery,
    "delivery would publish what strangers upload, under your address, because auth is 'none': choose another auth, " +
      'or add open-delivery where that is meant',
  ],
  [
    ({ objectDefaults: defaults, encryptionKey, delivery }) =>
      Boolean(defaults?.serverSideEncryption?.startsWith('aws:kms')) &&
      !encryptionKey &&
      delivery !== 'none',
    "delivery needs kms where object-defaults encrypt with 'aws:kms': CloudFront cannot read under the account's own key",
  ],
]

/**
 * Checks that the features can be combined.
 *
 * @throws {Error} If they would publish strangers' uploads, or exclude each other.
 */
export function checkFeatures(features: TemplateFeatures): void {
  for (const [isMade, why] of MISTAKES) if (isMade(features)) throw new Error(why)
}
