/**
 * The account that owns everything on this server.
 *
 * @module
 */

/** The id of the owner in documents: S3 shows 64 hexadecimal digits. */
export const OWNER_ID = '75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a'

/** The account number in events, and the expected value of `x-amz-expected-bucket-owner`. */
export const ACCOUNT_ID = '123456789012'
