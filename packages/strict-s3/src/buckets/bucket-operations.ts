/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { childOf, textOf } from 'waybill-s3/internal/xml'
import { refuseBucketAcl } from '../acl/requested-acl.ts'
import { readXml } from '../body/document.ts'
import { makeToken, readToken } from '../listing/list-page.ts'
import { bucketArn } from '../message/account.ts'
import { notImplemented, refuseUnsupportedHeaders } from '../message/refusal.ts'
import { queryOf, type S3Request } from '../message/request.ts'
import {
  emptyResponse,
  isoDate,
  maybeText,
  owner,
  type S3Response,
  text,
  xmlResponse,
} from '../message/response.ts'
import { checkVersioningCanChange } from '../object-lock/object-lock.ts'
import type { BucketCall, Call, Service } from '../operations/call.ts'
import { NEW_BUCKET_TAGS, parseTags, type Tags } from '../tags/tags.ts'
import { checkNamespace, isAccountRegional, NAMESPACE_HEADER } from './bucket-name.ts'
import { regionOfBucket, regionOfLocation } from './region.ts'

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html */
export function listBuckets({ request, service }: Call): S3Response {
  const prefix = queryOf(request, 'prefix')
  const region = queryOf(request, 'bucket-region')
  if (region !== undefined && !service.regions.includes(region)) checkRegion(region)
  const token = queryOf(request, 'continuation-token')
  const after = token ? readToken(token) : ''
  const max = readMaxBuckets(request)
  const found = service.store.buckets
    .map(({ record }) => ({ ...record, region: regionOfBucket(record, service.regions) }))
    .filter((record) => record.name > after && record.name.startsWith(prefix ?? ''))
    .filter((record) => region === undefined || record.region === region)
    .sort((one, other) => (one.name < other.name ? -1 : 1))
  // S3 returns the regions only if the request has one of these parameters.
  const isPlain = [prefix, region, token, queryOf(request, 'max-buckets')].every((each) => !each)
  const page = found.slice(0, max)
  const last = found.length > max ? page.at(-1)?.name : undefined
  const buckets = page.map((record) => ({
    name: 'Bucket',
    children: [
      text('Name', record.name),
      text('CreationDate', isoDate(new Date(record.createdMs))),
      ...maybeText('BucketRegion', isPlain ? undefined : record.region),
      text('BucketArn', bucketArn(record.region, record.name)),
    ],
  }))
  return xmlResponse('ListAllMyBucketsResult', [
    owner(),
    { name: 'Buckets', children: buckets },
    ...maybeText('ContinuationToken', last === undefined ? undefined : makeToken(last)),
    ...maybeText('Prefix', prefix),
  ])
}

const REGION =
  /^(?:(?:us|us-gov)-(?:east|west)|af-south|ap-(?:north|south)?east|ap-south|ca-(?:central|west)|cn-north(?:west)?|eu-(?:central|north|south|west)|eusc-de-east|il-central|me-(?:central|south|west)|mx-central|sa-(?:east|west))-\d$/

function checkRegion(region: string): void {
  if (REGION.test(region)) return
  throw new S3Error('InvalidArgument', `Argument value ${region} is not a valid AWS Region`, {
    ArgumentName: 'bucket-region',
  })
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
  refuseBucketAcl(request.headers)
  checkNamespace(name, request.headers[NAMESPACE_HEADER], service.region)
  const { constraint, tags } = await readConfiguration(call)
  const hasTags = Object.keys(tags).length > 0
  const location = locationOf(constraint, service)
  const region = regionOfLocation(location)
  try {
    const settings = requestedSettings(request.headers)
    await service.store.createBucket({
      name,
      ...settings,
      ...(location === service.regions[0] ? {} : { region: location }),
      ...(hasTags ? { tags } : {}),
    })
  } catch (error) {
    const mine = error instanceof S3Error && error.code === 'BucketAlreadyOwnedByYou'
    // In us-east-1's global namespace only, creating a bucket that you already own is not an error,
    // unless the request has tags.
    const isRepeatable = region === 'us-east-1' && !isAccountRegional(name) && !hasTags
    if (!mine || !isRepeatable) throw error
  }
  return emptyResponse(200, {
    location: constraint === undefined ? `/${name}` : addressOf(name, request),
    'x-amz-bucket-arn': bucketArn(region, name),
  })
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

async function readConfiguration(
  call: Call,
): Promise<{ readonly constraint?: string | undefined; readonly tags: Tags }> {
  const length = call.request.headers['content-length'] ?? '0'
  if (length === '0') return { tags: {} }
  const root = await readXml(call)
  const set = childOf(root, 'Tags')
  return {
    constraint: textOf(root, 'LocationConstraint'),
    tags: set ? parseTags(set, NEW_BUCKET_TAGS) : {},
  }
}

/**
 * Returns a region or `EU`. Through us-east-1, S3 creates buckets in every region, but naming
 * us-east-1 itself is an error.
 */
function locationOf(constraint: string | undefined, { region, regions }: Service): string {
  if (region !== 'us-east-1') {
    if (constraint !== undefined && regionOfLocation(constraint) === region) return constraint
    throw illegalLocation(constraint ?? 'unspecified')
  }
  if (constraint === undefined) return region
  const wanted = regionOfLocation(constraint)
  if (wanted === 'us-east-1' || !REGION.test(wanted)) {
    throw new S3Error(
      'InvalidLocationConstraint',
      'The specified location-constraint is not valid',
      { LocationConstraint: constraint },
    )
  }
  if (!regions.includes(wanted)) throw illegalLocation(constraint)
  return constraint
}

function illegalLocation(constraint: string): S3Error {
  return new S3Error(
    'IllegalLocationConstraintException',
    `The ${constraint} location constraint is incompatible for the region specific endpoint this request was sent to.`,
  )
}

/** Like S3's, the address begins with `http` even over HTTPS. */
function addressOf(bucket: string, { headers: { host }, path }: S3Request): string {
  return path === '/' ? `http://${host}/` : `http://${bucket}.${host}/`
}

export function headBucket({ bucket, service: { region } }: BucketCall): S3Response {
  return emptyResponse(200, {
    'content-type': 'application/xml',
    'x-amz-bucket-arn': bucketArn(region, bucket.name),
    'x-amz-bucket-region': region,
    'x-amz-access-point-alias': 'false',
  })
}

export async function deleteBucket({ service, bucket }: BucketCall): Promise<S3Response> {
  await service.store.deleteBucket(bucket.name)
  return emptyResponse(204)
}

export function getBucketLocation({ bucket, service: { region } }: BucketCall): S3Response {
  const location = bucket.record.region === 'EU' ? 'EU' : region
  return xmlResponse('LocationConstraint', location === 'us-east-1' ? '' : location)
}

export function getBucketVersioning({ bucket }: BucketCall): S3Response {
  const { versioning } = bucket.record
  return xmlResponse('VersioningConfiguration', maybeText('Status', versioning))
}

export async function putBucketVersioning(call: BucketCall): Promise<S3Response> {
  const root = await readXml(call)
  const status = textOf(root, 'Status')
  if (textOf(root, 'MfaDelete') === 'Enabled') throw notImplemented('MFA delete')
  if (status !== 'Enabled' && status !== 'Suspended') {
    if (status) throw new S3Error('MalformedXML')
    throw new S3Error(
      'IllegalVersioningConfigurationException',
      'The Versioning element must be specified',
      {},
      400,
    )
  }
  await call.bucket.update((record) => {
    checkVersioningCanChange(record.objectLock, status)
    return { ...record, versioning: status }
  })
  return emptyResponse(200)
}
