/**
 * ListBuckets, CreateBucket, HeadBucket, DeleteBucket, GetBucketLocation.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { textOf } from 'waybill-s3/internal/xml'
import { refuseBucketAcl } from '../../access/refused-acl.ts'
import { parseDocument, readDocument } from '../../body/document.ts'
import {
  type Answer,
  emptyAnswer,
  isoDate,
  maybeText,
  owner,
  text,
  xmlAnswer,
} from '../../message/response.ts'
import { bucketOf, type Call } from '../call.ts'
import { refuseUnsupported } from '../object/unsupported-headers.ts'

/** ListBuckets: lists all buckets. */
export function listBuckets({ service }: Call): Answer {
  const buckets = service.store.buckets.map(({ record }) => ({
    name: 'Bucket',
    children: [
      text('Name', record.name),
      text('CreationDate', isoDate(new Date(record.createdMs))),
      text('BucketRegion', service.region),
    ],
  }))
  return xmlAnswer('ListAllMyBucketsResult', [owner(), { name: 'Buckets', children: buckets }])
}

/** CreateBucket: creates a bucket. */
export async function createBucket(call: Call): Promise<Answer> {
  const { request, service } = call
  const name = request.bucket ?? ''
  refuseUnsupported(request.headers)
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
    // Only in us-east-1, creating one's own bucket again is not an error.
    if (!mine || service.region !== 'us-east-1') throw error
  }
  return emptyAnswer(200, { location: `/${name}` })
}

/** Names of AWS regions: `eu-west-1`, `us-gov-east-1`, and the old `EU`. */
const REGION =
  /^(?:(?:af|ap|ca|cn|eu|il|me|mx|sa|us|us-gov)-(?:central|(?:north|south)?(?:east|west)|north|south)-\d|EU)$/

async function readLocation(call: Call): Promise<string> {
  const length = call.request.headers['content-length'] ?? '0'
  if (length === '0') return 'us-east-1'
  const root = parseDocument(await readDocument(call), 'CreateBucketConfiguration')
  const location = textOf(root, 'LocationConstraint')
  if (location === undefined) return 'us-east-1'
  // us-east-1 has no location constraint; naming it is an error.
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

/** HeadBucket: tells whether a bucket exists. */
export function headBucket(call: Call): Answer {
  bucketOf(call)
  return emptyAnswer(200, {
    'x-amz-bucket-region': call.service.region,
    'x-amz-access-point-alias': 'false',
  })
}

/** DeleteBucket: deletes an empty bucket. */
export async function deleteBucket(call: Call): Promise<Answer> {
  await call.service.store.deleteBucket(call.request.bucket ?? '')
  return emptyAnswer(204)
}

/** GetBucketLocation: returns the region of a bucket. */
export function getBucketLocation(call: Call): Answer {
  bucketOf(call)
  const { region } = call.service
  const answer = xmlAnswer('LocationConstraint', [])
  if (region === 'us-east-1') return answer
  return xmlAnswer('LocationConstraint', maybeText('LocationConstraint', region))
}
