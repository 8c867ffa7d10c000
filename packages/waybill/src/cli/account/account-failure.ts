/**
 * Failures of an account's services that the user can correct: missing permission, a wrong name.
 *
 * @module
 */

import { CommandFailure } from '@waybill/command-line/command-failure'
import { S3Error } from 'waybill-s3'
import { AwsCallFailed } from '../../storage/aws-call-failed.ts'
import { StorageUnavailable } from '../../storage/storage-unavailable.ts'

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
