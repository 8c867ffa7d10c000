/**
 * Responses of operations that read a setting which this server does not have. They are those of an
 * S3 bucket for which the setting was never changed, so programs that read all settings of a bucket
 * (such as Terraform) work. Requests that change these settings get 501.
 *
 * @module
 */

import { S3Error } from 'waybill-s3'
import { emptyResponse, type S3Response, text, xmlResponse } from '../message/response.ts'
import { isPublic } from '../policy/policy-decision.ts'
import { parseBucketPolicy } from '../policy/policy-document.ts'
import type { BucketCall } from './call.ts'

/** @see https://github.com/cloudquery/cloudquery/issues/12163 – without a policy, seen on AWS */
export function getBucketPolicyStatus({ bucket }: BucketCall): S3Response {
  const { policy, name } = bucket.record
  if (policy === undefined) throw new S3Error('NoSuchBucketPolicy', undefined, { BucketName: name })
  return xmlResponse('PolicyStatus', [text('IsPublic', isPublic(parseBucketPolicy(policy)))])
}

export function getBucketReplication({ bucket: { name } }: BucketCall): never {
  throw new S3Error(
    'ReplicationConfigurationNotFoundError',
    'The replication configuration was not found',
    { BucketName: name },
    404,
  )
}

export function getBucketWebsite({ bucket: { name } }: BucketCall): never {
  throw new S3Error(
    'NoSuchWebsiteConfiguration',
    'The specified bucket does not have a website configuration',
    { BucketName: name },
    404,
  )
}

export function getBucketRequestPayment(): S3Response {
  return xmlResponse('RequestPaymentConfiguration', [text('Payer', 'BucketOwner')])
}

export function getBucketAbac(): S3Response {
  return xmlResponse('AbacStatus', [text('Status', 'Disabled')])
}

/** @param root - The root element of the response. */
export function emptyDocument(root: string) {
  return (): S3Response => xmlResponse(root, [])
}

/** For example `ListMetricsConfigurationsResult`. S3's names of the root elements have no system. */
export function emptyList(root: string) {
  return (): S3Response => xmlResponse(root, [text('IsTruncated', false)])
}

export function noSuchConfiguration(): never {
  throw new S3Error('NoSuchConfiguration', 'The specified configuration does not exist.', {}, 404)
}

/** Deleting what does not exist succeeds. */
export function nothingToDelete(): S3Response {
  return emptyResponse(204)
}
