/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { childOf, textOf, type XmlElement } from 'waybill-s3/internal/xml'
import { type Acl, usesAcls } from '../../access/acl.ts'
import { readXml } from '../../body/document.ts'
import type { Bucket } from '../../buckets/bucket.ts'
import {
  checkNamespace,
  isAccountRegional,
  NAMESPACE_HEADER,
} from '../../buckets/bucket-namespace.ts'
import { NEW_BUCKET_TAGS, parseTags, type Tags } from '../../buckets/object-tags.ts'
import { regionOfBucket } from '../../buckets/region.ts'
import { bucketArn } from '../../message/account.ts'
import { refuseUnsupportedHeaders } from '../../message/not-implemented.ts'
import { queryOf, type S3Request } from '../../message/request.ts'
import {
  emptyResponse,
  isoDate,
  maybeText,
  owner,
  type S3Response,
  text,
  xmlResponse,
} from '../../message/response.ts'
import { newBucketAcl } from '../acl.ts'
import type { BucketCall, Call } from '../call.ts'
import { makeToken, readToken } from '../list/list-options.ts'

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html */
export function listBuckets({ request, service }: Call): S3Response {
  const prefix = queryOf(request, 'prefix')
  const region = queryOf(request, 'bucket-region')
  const token = queryOf(request, 'continuation-token')
  const after = token === undefined ? '' : readToken(token)
  const max = readMaxBuckets(request)
  const found = service.store.buckets
    .map(({ record }) => ({ ...record, region: regionOfBucket(record, service.regions) }))
    .filter((record) => record.name > after && record.name.startsWith(prefix ?? ''))
    .filter((record) => region === undefined || record.region === region)
    .sort((one, other) => (one.name < other.name ? -1 : 1))
  const page = found.slice(0, max)
  const last = found.length > max ? page.at(-1)?.name : undefined
  const buckets = page.map((record) => ({
    name: 'Bucket',
    children: [
      text('Name', record.name),
      text('CreationDate', isoDate(new Date(record.createdMs))),
      text('BucketRegion', record.region),
    ],
  }))
  return xmlResponse('ListAllMyBucketsResult', [
    owner(),
    { name: 'Buckets', children: buckets },
    ...maybeText('ContinuationToken', last === undefined ? undefined : makeToken(last)),
    ...maybeText('Prefix', prefix),
  ])
}

const MAX_BUCKETS = 10_000

function readMaxBuckets(request: S3Request): number {
  const value = queryOf(request, 'max-buckets')
  if (value === undefined) return MAX_BUCKETS
  if (/^[1-9]\d{0,4}$/.test(value) && Number(value) <= MAX_BUCKETS) return Number(value)
  throw new S3Error(
    'InvalidArgument',
    `Argument max-buckets must be an integer between 1 and ${MAX_BUCKETS}`,
    { ArgumentName: 'max-buckets', ArgumentValue: value },
  )
}

export async function createBucket(call: Call): Promise<S3Response> {
  const { request, service } = call
  const name = request.bucket ?? ''
  refuseUnsupportedHeaders(request.headers)
  const access = newBucketAcl(call)
  checkNamespace(name, request.headers[NAMESPACE_HEADER], service.region)
  const { location, tags } = await readConfiguration(call)
  const hasTags = Object.keys(tags).length > 0
  // Through us-east-1, S3 creates buckets in every region.
  const isReachable = service.region === 'us-east-1' && service.regions.includes(location)
  if (location !== service.region && !isReachable) {
    throw new S3Error(
      'IllegalLocationConstraintException',
      `The ${location} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    )
  }
  try {
    const settings = requestedSettings(request.headers)
    await service.store.createBucket({
      name,
      ...settings,
      ...access,
      ...(location === service.regions[0] ? {} : { region: location }),
      ...(hasTags ? { tags } : {}),
    })
  } catch (error) {
    const mine = error instanceof S3Error && error.code === 'BucketAlreadyOwnedByYou'
    // In us-east-1's global namespace only, creating a bucket that you already own is not an error,
    // unless the request has tags.
    const isRepeatable = location === 'us-east-1' && !isAccountRegional(name) && !hasTags
    if (!mine || !isRepeatable) throw error
    await resetAcl(service.store.bucket(name), access.acl)
  }
  return emptyResponse(200, {
    location: `/${name}`,
    'x-amz-bucket-arn': bucketArn(location, name),
  })
}

/** Like S3, creating a bucket again resets its ACL. */
async function resetAcl(bucket: Bucket, acl: Acl | undefined): Promise<void> {
  if (!usesAcls(bucket.record) || (!acl && !bucket.record.acl)) return
  await bucket.update(({ acl: _, ...record }) => (acl ? { ...record, acl } : record))
}

/** Object Lock needs versioning. */
function requestedSettings(headers: Readonly<Record<string, string>>) {
  const enabled = headers[OBJECT_LOCK_ENABLED] ?? 'false'
  if (/^false$/i.test(enabled)) return {}
  if (/^true$/i.test(enabled)) return { versioning: 'Enabled', objectLock: {} } as const
  throw new S3Error('InvalidArgument', undefined, {
    ArgumentName: OBJECT_LOCK_ENABLED,
    ArgumentValue: enabled,
  })
}

const OBJECT_LOCK_ENABLED = 'x-amz-bucket-object-lock-enabled'

/** AWS region names, including the old name `EU`. */
const REGION =
  /^(?:(?:af|ap|ca|cn|eu|il|me|mx|sa|us|us-gov)-(?:central|(?:north|south)?(?:east|west)|north|south)-\d|EU)$/

async function readConfiguration(call: Call): Promise<{ location: string; tags: Tags }> {
  const length = call.request.headers['content-length'] ?? '0'
  if (length === '0') return { location: 'us-east-1', tags: {} }
  const root = await readXml(call)
  const set = childOf(root, 'Tags')
  return { location: locationOf(call, root), tags: set ? parseTags(set, NEW_BUCKET_TAGS) : {} }
}

function locationOf(call: Call, root: XmlElement): string {
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
