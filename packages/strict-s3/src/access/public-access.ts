/**
 * The public access block of a bucket.
 *
 * @see
 *   https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 * @module
 */

/** The four settings of a public access block. */
export interface PublicAccessBlock {
  readonly blockPublicAcls: boolean
  readonly ignorePublicAcls: boolean
  /** Refuses a public policy. */
  readonly blockPublicPolicy: boolean
  /** Ignores what a public policy allows. */
  readonly restrictPublicBuckets: boolean
}

/** The setting of new buckets since April 2023. */
export const ALL_BLOCKED: PublicAccessBlock = {
  blockPublicAcls: true,
  ignorePublicAcls: true,
  blockPublicPolicy: true,
  restrictPublicBuckets: true,
}
