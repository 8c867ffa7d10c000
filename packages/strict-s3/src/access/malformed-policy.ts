import { S3Error } from 'waybill-s3'
import { withReason } from '../message/logged-reason.ts'

/** @param detail - The part of the policy that is wrong, such as an action. */
export function malformedPolicy(message: string, detail?: string): S3Error {
  if (detail === undefined) return new S3Error('MalformedPolicy', message, {}, 400)
  return withReason(new S3Error('MalformedPolicy', message, { Detail: detail }, 400), detail)
}
