/**
 * Checks what regions lack that the constructs need. The check is at synthesis: CloudFormation
 * would fail after minutes, and with a less clear message.
 *
 * A stack without a region of its own (no `env`) is not checked.
 *
 * @module
 */

import { Annotations, Stack, Token } from 'aws-cdk-lib'
import type { Distribution, DistributionProps } from 'aws-cdk-lib/aws-cloudfront'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import { RegionInfo } from 'aws-cdk-lib/region-info'
import type { Construct } from 'constructs'
import { acknowledge } from '../acknowledged.ts'

/**
 * The commercial regions in which Lambda has no Function URLs, as AWS's page lists them. Other
 * partitions have none at all.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html
 */
const WITHOUT_FUNCTION_URLS: ReadonlySet<string> = new Set([
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
])

/** Context to set to true when AWS has brought a service to a region since this version. */
const TRUST_REGION = 'waybill:trustRegion'

/**
 * Checks that the region of the stack has Function URLs.
 *
 * @throws {Error} When Lambda has none there.
 */
export function requireFunctionUrls(scope: Construct): void {
  const region = regionOf(scope)
  if (region === undefined) return
  if (partitionOf(region) === 'aws' && !WITHOUT_FUNCTION_URLS.has(region)) return
  throw new Error(
    `Lambda has no Function URLs in ${region}, and the signer's address is one: deploy to another region, or run ` +
      'waybill/lambda behind an API Gateway HTTP API of your own (docs/aws.md, Regions). ' +
      `If AWS has them there by now, set the context ${TRUST_REGION} to true`,
  )
}

/**
 * Checks that the stack is in a partition with the CloudFront of the commercial regions.
 *
 * @param who - Name of the construct, for the message.
 * @throws {Error} When CloudFront is missing there, or is a different one.
 */
export function requireCloudFront(scope: Construct, who: string): void {
  const region = regionOf(scope)
  if (region === undefined || partitionOf(region) === 'aws') return
  throw new Error(
    `${who} is made of CloudFront as AWS's commercial regions have it, which ${region} does not: leave it out ` +
      '(docs/aws.md, Regions)',
  )
}

/**
 * Makes the props for the access logs of a distribution.
 *
 * CloudFront cannot write them into buckets of opt-in regions. There are none then, and a warning.
 *
 * @see
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging-legacy-s3.html
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
    `CloudFront cannot write access logs into a bucket in ${accessLogs.env.region}, a region to opt in to: there are ` +
      'none. Give a bucket of another region as accessLogs.',
  )
  return {}
}

/** Acknowledges the finding of cdk-nag about logs that CloudFront cannot write. */
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
  return Token.isUnresolved(region) || !RegionInfo.get(region).isOptInRegion
}

function regionOf(scope: Construct): string | undefined {
  const { region } = Stack.of(scope)
  const trusted = String(scope.node.tryGetContext(TRUST_REGION) ?? false) === 'true'
  return trusted || Token.isUnresolved(region) ? undefined : region
}

function partitionOf(region: string): string {
  return RegionInfo.get(region).partition ?? 'aws'
}
