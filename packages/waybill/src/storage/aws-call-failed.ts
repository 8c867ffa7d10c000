/**
 * The error when a call to an AWS service other than S3 failed for good.
 *
 * @module
 */

/** An AWS service has refused, or could not be reached. */
export class AwsCallFailed extends Error {
  override readonly name = 'AwsCallFailed'
  /** The service's error code: `AccessDeniedException`; `Unreachable` when it did not respond. */
  readonly code: string

  /** @param call - The name of the operation: `secretsmanager.GetSecretValue`. */
  constructor(call: string, code: string, message: string, options?: ErrorOptions) {
    super(`${call} failed: ${code}: ${message}`, options)
    this.code = code
  }
}
