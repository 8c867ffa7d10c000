/**
 * Checks at synthesis that a region has the features that the constructs need. CloudFormation would
 * fail only minutes later and with a less clear message.
 *
 * Stacks without an explicit region (in `env`) are not checked.
 *
 * @module
 */

import { Annotations, Stack, Token } from 'aws-cdk-lib'
import type { Distribution, DistributionProps } from 'aws-cdk-lib/aws-cloudfront'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import type { Construct } from 'constructs'
import { acknowledge } from '../cdk-nag/acknowledge.ts'
import { type Feature, lacks } from './region-table.ts'

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
