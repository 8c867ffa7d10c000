/**
 * Features that are fixed when a template is written. Settings that can still be chosen at
 * deployment are parameters (`template-parameters.ts`): they add or remove no resources,
 * permissions or lifecycle rules.
 *
 * @module
 */

import type { ObjectDefaults } from 'waybill/internal/object-defaults'

/**
 * Whether there is a CloudFront distribution, and whether it has CloudFront's domain name or your
 * own.
 */
export type Front = 'none' | 'cloudfront' | 'domain'

/** The features of a template. */
export interface TemplateFeatures {
  /** Who can call the signer, as in `SignerAuth`. */
  readonly auth: 'jwt' | 'iam' | 'none'
  /** Whether rules can have `read`. */
  readonly read: boolean
  /** Whether rules can have `remove`. */
  readonly remove: boolean
  /** The numbers of days that a rule's `claim` can have. */
  readonly claims: readonly number[]
  /** Whether rules can have `quota`. If so, the template contains a DynamoDB table. */
  readonly quota: boolean
  /** Whether the signer has an HTTP API instead of a Function URL. */
  readonly httpApi: boolean
  /** CloudFront in front of the signer (`SignerFront`). */
  readonly front: Front
  /** Whether the distribution in front of the signer uses the account's own web ACL. */
  readonly webAcl: boolean
  /** CloudFront for verified objects (`Delivery`). */
  readonly delivery: Front
  /** Whether to allow `delivery` while `auth` is `none`, so that strangers can publish files. */
  readonly openDelivery: boolean
  readonly malwareScan: boolean
  readonly transferAcceleration: boolean
  /** Whether the bucket uses one of the account's KMS keys. */
  readonly encryptionKey: boolean
  /**
   * Headers and tags of each new object. They are not parameters, because the signer's role can
   * write only these tags, and a policy's condition keys cannot come from a parameter. Objects use
   * the bucket's KMS key.
   */
  readonly objectDefaults?: Omit<ObjectDefaults, 'sseKmsKeyId'>
  /** Whether S3, and CloudFront if used, write access logs to a bucket. */
  readonly accessLogs: boolean
  /** Whether alarms notify a topic. */
  readonly alarmTopic: boolean
  /** Whether X-Ray traces the functions. */
  readonly tracing: boolean
  /** Whether the functions run in the account's own subnets. */
  readonly vpc: boolean
  readonly dashboard: boolean
  /** Which metrics the functions write: `alarms` omits those by rule and reason. */
  readonly metrics: 'all' | 'alarms'
  /** Whether rejected objects are deleted immediately. */
  readonly deleteRejected: boolean
}

/**
 * The features of a template written without options: callers need tokens, and rules only allow
 * uploads.
 */
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

/** Combinations of features that are not allowed, and why. */
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
 * @throws {Error} If they exclude each other, or would publish strangers' uploads.
 */
export function checkFeatures(features: TemplateFeatures): void {
  for (const [isMade, why] of MISTAKES) if (isMade(features)) throw new Error(why)
}
