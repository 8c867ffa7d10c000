/**
 * Lists the features that AWS regions lack. Newer regions, which are not listed, are assumed to
 * have every feature. A test compares this table with the one in docs/operate/scale/organization.md.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/transfer-acceleration.html
 * @see https://aws.amazon.com/compliance/fips/
 * @see https://github.com/boto/botocore – `endpoints.json`
 *
 * @module
 */

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

export interface RegionRow {
  /** Region names, or prefixes that end in `-`. */
  readonly regions: readonly string[]
  readonly lacks: readonly Feature[]
}

const BEYOND_AWS = ['functionUrls', 'cloudFront', 'cloudFrontLogs', 'transferAcceleration'] as const

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
