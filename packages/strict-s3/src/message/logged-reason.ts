import { S3Error } from 'waybill-s3'

/** Adds a reason that is only logged. S3 does not send it to the client. */
export function withReason(error: S3Error, reason: string): S3Error {
  error.cause = { reason }
  return error
}

export function denied(reason: string): S3Error {
  return withReason(new S3Error('AccessDenied'), reason)
}
