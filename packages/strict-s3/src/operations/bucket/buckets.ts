/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { textOf } from 'waybill-s3/internal/xml'
import { readXml } from '../../body/document.ts'
import { refuseUnsupportedHeaders } from '../../message/not-implemented.ts'
import {
  emptyResponse,
  isoDate,
  owner,
  type S3Response,
  text,
  xmlResponse,
} from '../../message/response.ts'
import { refuseBucketAcl } from '../acl.ts'
import type { BucketCall, Call } from '../call.ts'

export function listBuckets({ service }: Call): S3Response {
  const buckets = service.store.buckets.map(({ record }) => ({
    name: 'Bucket',
    children: [
      text('Name', record.name),
      text('CreationDate', isoDate(new Date(record.createdMs))),
      text('BucketRegion', service.region),
    ],
  }))
  return xmlResponse('ListAllMyBucketsResult', [owner(), { name: 'Buckets', children: buckets }])
}

export async function createBucket(call: Call): Promise<S3Response> {
  const { request, service } = call
  const name = request.bucket ?? ''
  refuseUnsupportedHeaders(request.headers)
  refuseBucketAcl(request.headers)
  const location = await readLocation(call)
  if (location !== service.region) {
    throw new S3Error(
      'IllegalLocationConstraintException',
      `The ${location} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    )
  }
  try {
    await service.store.createBucket({ name })
  } catch (error) {
    const mine = error instanceof S3Error && error.code === 'BucketAlreadyOwnedByYou'
    // In us-east-1 only, creating a bucket that you already own is not an error.
    if (!mine || service.region !== 'us-east-1') throw error
  }
  return emptyResponse(200, { location: `/${name}` })
}

/** AWS region names, including the old name `EU`. */
const REGION =
  /^(?:(?:af|ap|ca|cn|eu|il|me|mx|sa|us|us-gov)-(?:central|(?:north|south)?(?:east|west)|north|south)-\d|EU)$/

async function readLocation(call: Call): Promise<string> {
  const length = call.request.headers['content-length'] ?? '0'
  if (length === '0') return 'us-east-1'
  const root = await readXml(call)
  const location = textOf(root, 'LocationConstraint')
  if (location === undefined) return 'us-east-1'
  // us-east-1 is the default. Naming it as a location constraint is an error.
  const known = location === call.service.region || REGION.test(location)
  if (location === 'us-east-1' || !known) {
    throw new S3Error(
      'InvalidLocationConstraint',
      'The specified location-constraint is not valid',
      {
        LocationConstraint: location,
      },
    )
  }
  return location
}

export function headBucket(call: BucketCall): S3Response {
  return emptyResponse(200, {
    'x-amz-bucket-region': call.service.region,
    'x-amz-access-point-alias': 'false',
  })
}

export async function deleteBucket({ service, bucket }: BucketCall): Promise<S3Response> {
  await service.store.deleteBucket(bucket.name)
  return emptyResponse(204)
}

export function getBucketLocation({ service: { region } }: BucketCall): S3Response {
  const location = region === 'us-east-1' ? [] : [text('LocationConstraint', region)]
  return xmlResponse('LocationConstraint', location)
}
