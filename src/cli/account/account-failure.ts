/**
 * Failures of an account's services that the user can correct: missing permission, a wrong name.
 *
 * @module
 */

import { AwsCallFailed } from '../../aws/aws-call-failed.ts'
import { StorageUnavailable } from '../../aws/storage-unavailable.ts'
import { S3Error } from '../../s3/s3-error.ts'
import { CommandFailure } from '../command-failure.ts'

/** Turns a refusal of AWS into a failure that is shown without a stack. */
export function accountFailure(error: unknown): unknown {
  if (error instanceof S3Error) {
    return new CommandFailure(`S3 answered ${error.code}: ${error.message}`, { cause: error })
  }
  if (error instanceof AwsCallFailed || error instanceof StorageUnavailable) {
    return new CommandFailure(error.message, { cause: error })
  }
  return error
}
