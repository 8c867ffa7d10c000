import { CommandFailure } from '@waybill/command-line/command-failure'
import { AwsCallFailed, StorageUnavailable } from 'waybill/internal/storage'
import { S3Error } from 'waybill-s3'

/**
 * Converts an AWS error, for example about a missing permission or a wrong name, into a failure
 * that is shown without a stack trace. Returns any other error unchanged.
 */
export function accountFailure(error: unknown): unknown {
  if (error instanceof S3Error) {
    return new CommandFailure(`S3 responded with ${error.code || error.status}: ${error.message}`, {
      cause: error,
    })
  }
  if (error instanceof AwsCallFailed || error instanceof StorageUnavailable) {
    return new CommandFailure(error.message, { cause: error })
  }
  return error
}
