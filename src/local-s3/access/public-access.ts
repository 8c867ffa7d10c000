/**
 * The block on public access that a bucket may have.
 *
 * @see
 *   https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 * @module
 */

export interface PublicAccessBlock {
  readonly blockPublicAcls: boolean
  readonly ignorePublicAcls: boolean
  /** Refuses a policy that lets anybody in. */
  readonly blockPublicPolicy: boolean
  /** Ignores what such a policy allows. */
  readonly restrictPublicBuckets: boolean
}

/** What every new bucket has since April 2023. */
export const ALL_BLOCKED: PublicAccessBlock = {
  blockPublicAcls: true,
  ignorePublicAcls: true,
  blockPublicPolicy: true,
  restrictPublicBuckets: true,
}
