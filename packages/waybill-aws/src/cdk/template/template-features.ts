/**
 * Features that are fixed when a template is written, because they add or remove resources,
 * permissions or lifecycle rules. All other settings are parameters (`template-parameters.ts`).
 *
 * @module
 */

import type { ObjectDefaults } from 'waybill/internal/protocol'

/** `cloudfront` uses CloudFront's domain name, and `domain` your own. */
export type Front = 'none' | 'cloudfront' | 'domain'

export interface TemplateFeatures {
  readonly auth: 'jwt' | 'iam' | 'none'
  readonly read: boolean
  readonly remove: boolean
  /** The values that a rule's `claim` can have, in days. */
  readonly claims: readonly number[]
  readonly quota: boolean
  readonly httpApi: boolean
  readonly front: Front
  readonly webAcl: boolean
  readonly delivery: Front
  /** Allows `delivery` although `auth` is `none`, so that strangers can publish files. */
  readonly openDelivery: boolean
  readonly malwareScan: boolean
  readonly transferAcceleration: boolean
  readonly encryptionKey: boolean
  /** The bucket's name is in the account's regional namespace. */
  readonly accountNamespace: boolean
  /**
   * Object defaults are not parameters, because the signer's role can write only these tags, and a
   * policy's condition keys cannot come from a parameter. Objects use the bucket's KMS key.
   */
  readonly objectDefaults?: Omit<ObjectDefaults, 'sseKmsKeyId'>
  readonly accessLogs: boolean
  readonly alarmTopic: boolean
  readonly tracing: boolean
  readonly vpc: boolean
  readonly dashboard: boolean
  readonly metrics: 'all' | 'alarms'
  readonly deleteRejected: boolean
}

/** The features of a template that is written without options. */
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
  accountNamespace: false,
  accessLogs: false,
  alarmTopic: false,
  tracing: false,
  vpc: false,
  dashboard: true,
  metrics: 'all',
  deleteRejected: false,
}

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

/** @throws {Error} If the features exclude each other, or would publish strangers' uploads. */
export function checkFeatures(features: TemplateFeatures): void {
  for (const [isMade, why] of MISTAKES) if (isMade(features)) throw new Error(why)
}
