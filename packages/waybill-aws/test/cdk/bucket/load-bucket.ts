/**
 * Configures a bucket of the local S3 as a synthesised template says, by the calls that CloudFormation would make.
 *
 * @module
 */

import {
  PutBucketCorsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { ACCOUNT, only, type Synthesised } from '../synthesised.ts'

/** The local S3's only account, which has users where a deployed stack has roles. */
const LOCAL_ACCOUNT = '123456789012'

export interface LoadOptions {
  /** Statements of the policy that are left out: those with such a condition. */
  readonly without: RegExp
  /** Which user stands for which role; roles by a part of their logical id. */
  readonly users: Readonly<Record<string, string>>
}

/** @throws {S3ServiceException} What the S3 says to a setting; `NotImplemented` where it does not know it. */
export async function loadBucket(
  client: S3Client,
  stack: Synthesised,
  options: LoadOptions,
): Promise<void> {
  const { Bucket, PolicyDocument } = only(stack, 'AWS::S3::BucketPolicy').Properties
  const bucket = only(stack, 'AWS::S3::Bucket').Properties
  const { PublicAccessBlockConfiguration, VersioningConfiguration } = bucket
  const CORSRules = bucket.CorsConfiguration.CorsRules.map(corsRule)
  const Rules = bucket.LifecycleConfiguration.Rules.map(lifecycleRule)
  const LifecycleConfiguration = { Rules }
  await client.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }))
  await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }))
  await client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }))
  await client.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration }))
  const Policy = localPolicy(PolicyDocument, options)
  await client.send(new PutBucketPolicyCommand({ Bucket, Policy }))
}

// biome-ignore lint/suspicious/noExplicitAny: a CloudFormation property is whatever the template has
type Property = any

function localPolicy({ Statement, ...rest }: Property, { without, users }: LoadOptions): string {
  const kept = Statement.filter(
    ({ Condition }: Property) => !without.test(JSON.stringify(Condition ?? {})),
  )
  const text = JSON.stringify({ ...rest, Statement: kept })
  return text.replace(new RegExp(`arn:aws:iam::${ACCOUNT}:role/(\\w+)`, 'g'), (_arn, role) => {
    const [, user] = Object.entries(users).find(([id]) => role.includes(id)) ?? []
    if (user === undefined) throw new Error(`no user stands for the role ${role}`)
    return `arn:aws:iam::${LOCAL_ACCOUNT}:user/${user}`
  })
}

// CloudFormation has names of its own for some of what S3's API has.
function corsRule({ ExposedHeaders, MaxAge, ...rest }: Property) {
  return { ...rest, ExposeHeaders: ExposedHeaders, MaxAgeSeconds: MaxAge }
}

function lifecycleRule(rule: Property) {
  const { Id, TagFilters, ExpirationInDays, ExpiredObjectDeleteMarker, ...rest } = rule
  const [Tag] = TagFilters ?? []
  const Expiration = {
    ...(ExpirationInDays ? { Days: ExpirationInDays } : {}),
    ...(ExpiredObjectDeleteMarker ? { ExpiredObjectDeleteMarker } : {}),
  }
  const hasExpiration = Object.keys(Expiration).length > 0
  const Filter = Tag ? { Tag } : { Prefix: '' }
  return { ID: Id, Filter, ...(hasExpiration ? { Expiration } : {}), ...rest }
}
