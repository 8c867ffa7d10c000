/**
 * Checks at synthesis that a region has the features that the constructs need. CloudFormation would
 * fail only minutes later and with a less clear message. Also names resources that are global.
 *
 * Stacks without an explicit region (in `env`) are not checked. Newer regions, which the table does
 * not list, are assumed to have every feature.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/transfer-acceleration.html
 * @see https://aws.amazon.com/compliance/fips/
 * @see https://github.com/boto/botocore – `endpoints.json`
 *
 * @module
 */

import { Annotations, Aws, Fn, Names, Stack, Token } from 'aws-cdk-lib'
import type { Distribution, DistributionProps } from 'aws-cdk-lib/aws-cloudfront'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import type { Construct } from 'constructs'
import { acknowledge } from './cdk-nag/acknowledge.ts'

/**
 * Users set this context key to `true` if AWS has launched a feature in a region since this version
 * was released.
 */
const TRUST_REGION = 'waybill:trustRegion'

const SENTENCES: Readonly<Record<Exclude<Feature, 'cloudFrontLogs'>, (region: string) => string>> =
  {
    functionUrls: (region) =>
      `Lambda has no Function URLs in ${region}, and the signer's address is one: deploy to another region, or set ` +
      'functionUrl: false, which puts an HTTP API of API Gateway in its place',
    httpApis: (region) =>
      `no HTTP APIs of API Gateway are known in ${region}: give the signer an address of your own there`,
    cloudFront: (region) =>
      `SignerFront and Delivery are made of CloudFront as AWS's commercial regions have it, which ${region} does not: ` +
      'leave it out',
    malwareScan: (region) =>
      `GuardDuty has no Malware Protection for S3 in ${region}: leave malwareScan out`,
    transferAcceleration: (region) =>
      `S3 has no Transfer Acceleration in ${region}: leave transferAcceleration out`,
    tracing: (region) => `X-Ray is not known in ${region}: leave tracing out`,
    dualStack: (region) => `S3 has no dual-stack endpoints in ${region}: leave dualStack out`,
    fips: (region) =>
      `not each of S3, Secrets Manager and EventBridge has a FIPS endpoint in ${region}: leave fips out`,
  }

/** @throws {Error} If the region lacks the feature. The message says what to do instead. */
export function requireFeature(
  scope: Construct,
  feature: keyof typeof SENTENCES,
  region = Stack.of(scope).region,
): void {
  const trusted = String(scope.node.tryGetContext(TRUST_REGION) ?? false) === 'true'
  if (trusted || Token.isUnresolved(region) || !lacks(region, feature)) return
  throw new Error(
    `${SENTENCES[feature](region)} (docs/operate/scale/organization.md, Regions). ` +
      `If AWS has launched it there since, set the context ${TRUST_REGION} to true`,
  )
}

/**
 * CloudFront cannot write logs to a bucket in an opt-in region. For such a bucket, this adds a
 * warning and returns no props.
 *
 * @see
 *   https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging-legacy-s3.html
 */
export function cloudFrontLogs(
  scope: Construct,
  accessLogs: IBucket | undefined,
  logFilePrefix: string,
): Pick<DistributionProps, 'logBucket' | 'logFilePrefix'> {
  if (!accessLogs) return {}
  if (takesCloudFrontLogs(accessLogs)) return { logBucket: accessLogs, logFilePrefix }
  Annotations.of(scope).addWarningV2(
    'waybill:no-cloudfront-logs',
    `CloudFront cannot write access logs to a bucket in ${accessLogs.env.region}, an opt-in region, so none are ` +
      'written. Pass a bucket in another region as accessLogs.',
  )
  return {}
}

export function acknowledgeMissingLogs(
  distribution: Distribution,
  accessLogs: IBucket | undefined,
): void {
  if (!accessLogs || takesCloudFrontLogs(accessLogs)) return
  acknowledge(
    distribution,
    'CFR3',
    'CloudFront cannot write access logs into buckets of regions to opt in to.',
  )
}

function takesCloudFrontLogs({ env: { region } }: IBucket): boolean {
  return Token.isUnresolved(region) || !lacks(region, 'cloudFrontLogs')
}

/** Room for a hyphen and the longest region name. */
const REGION_LENGTH = 20

/**
 * Context key of a template's stack, whose name is unknown at synthesis. A region can contain
 * several of these stacks.
 */
export const NAMED_AT_DEPLOYMENT = 'waybill:stackNamedLater'

/**
 * Derives the name of a CloudFront resource from the construct's path and the stack's region. It
 * must be unique within an account, but CDK derives names only from the path: the same stack in a
 * second region would request a name that is already taken.
 *
 * @see https://github.com/aws/aws-cdk/issues/34336
 * @param maxLength - CloudFront's limit for this kind of resource.
 */
export function globalName(scope: Construct, id: string, maxLength: number): string {
  const later = nameFromStackId(scope, id)
  if (later !== undefined) return later
  const name = Names.uniqueResourceName(scope, {
    maxLength: maxLength - REGION_LENGTH - id.length,
  })
  return `${name}${id}-${Stack.of(scope).region}`
}

/**
 * Derives a name from the UUID at the end of the stack's ARN, if the stack's name is unknown at
 * synthesis.
 *
 * @returns `undefined` for other stacks.
 */
export function nameFromStackId(scope: Construct, id: string): string | undefined {
  if (scope.node.tryGetContext(NAMED_AT_DEPLOYMENT) !== true) return undefined
  return `Waybill${id}-${Fn.select(2, Fn.split('/', Aws.STACK_ID))}`
}

export type Feature =
  | 'functionUrls'
  | 'httpApis'
  | 'cloudFront'
  | 'cloudFrontLogs'
  | 'malwareScan'
  | 'transferAcceleration'
  | 'tracing'
  | 'dualStack'
  | 'fips'

interface RegionRow {
  /** Region names, or prefixes that end in `-`. */
  readonly regions: readonly string[]
  readonly lacks: readonly Feature[]
}

const BEYOND_AWS = ['functionUrls', 'cloudFront', 'cloudFrontLogs', 'transferAcceleration'] as const

/** A test compares it with the table in docs/operate/scale/organization.md. */
export const REGION_TABLE: readonly RegionRow[] = [
  { regions: ['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2'], lacks: [] },
  {
    regions: [
      'ap-northeast-1',
      'ap-northeast-2',
      'ap-south-1',
      'ap-southeast-1',
      'ap-southeast-2',
      'ca-central-1',
      'eu-central-1',
      'eu-west-1',
      'eu-west-2',
      'eu-west-3',
      'sa-east-1',
    ],
    lacks: ['fips'],
  },
  { regions: ['ap-northeast-3', 'eu-north-1'], lacks: ['transferAcceleration', 'fips'] },
  // CloudFront cannot write logs to buckets in opt-in regions.
  {
    regions: [
      'af-south-1',
      'ap-east-1',
      'ap-southeast-3',
      'eu-south-1',
      'me-south-1',
      'mx-central-1',
    ],
    lacks: ['cloudFrontLogs', 'transferAcceleration', 'fips'],
  },
  {
    regions: [
      'ap-east-2',
      'ap-south-2',
      'ap-southeast-4',
      'ap-southeast-5',
      'ap-southeast-6',
      'ap-southeast-7',
      'ca-west-1',
      'eu-central-2',
      'eu-south-2',
      'il-central-1',
      'me-central-1',
    ],
    lacks: ['functionUrls', 'cloudFrontLogs', 'transferAcceleration', 'fips'],
  },
  { regions: ['us-gov-'], lacks: BEYOND_AWS },
  // China has its own CloudFront.
  { regions: ['cn-'], lacks: [...BEYOND_AWS, 'malwareScan', 'fips'] },
  { regions: ['eusc-'], lacks: [...BEYOND_AWS, 'fips'] },
  {
    regions: ['us-iso-', 'us-isob-'],
    lacks: [...BEYOND_AWS, 'malwareScan', 'tracing', 'dualStack', 'fips'],
  },
  // Neither Function URLs nor HTTP APIs are known to exist in these regions.
  {
    regions: ['us-isof-', 'eu-isoe-'],
    lacks: [...BEYOND_AWS, 'httpApis', 'malwareScan', 'tracing', 'dualStack', 'fips'],
  },
]

export function lacks(region: string, feature: Feature): boolean {
  const row = REGION_TABLE.find(({ regions }) =>
    regions.some((each) => (each.endsWith('-') ? region.startsWith(each) : region === each)),
  )
  return row?.lacks.includes(feature) ?? false
}
