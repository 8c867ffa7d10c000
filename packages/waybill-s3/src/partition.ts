/**
 * AWS's partitions, each with its host name domain and its name in ARNs.
 *
 * @see
 *   https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
 * @module
 */

export interface Partition {
  /** As in `arn:aws:…` */
  readonly name: string
  /** Domain of regional hosts such as `s3.<region>.<domain>`. */
  readonly domain: string
}

const AWS: Partition = { name: 'aws', domain: 'amazonaws.com' }

/** The other partitions, by the prefix of their region names. */
const PARTITIONS: readonly (readonly [start: string, partition: Partition])[] = [
  ['cn-', { name: 'aws-cn', domain: 'amazonaws.com.cn' }],
  ['us-gov-', { name: 'aws-us-gov', domain: 'amazonaws.com' }],
  ['eusc-', { name: 'aws-eusc', domain: 'amazonaws.eu' }],
  ['us-iso-', { name: 'aws-iso', domain: 'c2s.ic.gov' }],
  ['us-isob-', { name: 'aws-iso-b', domain: 'sc2s.sgov.gov' }],
  ['us-isof-', { name: 'aws-iso-f', domain: 'csp.hci.ic.gov' }],
  ['eu-isoe-', { name: 'aws-iso-e', domain: 'cloud.adc-e.uk' }],
]

/** Returns the `aws` partition for an unknown region. */
export function partitionOf(region: string): Partition {
  return PARTITIONS.find(([start]) => region.startsWith(start))?.[1] ?? AWS
}

/** Returns a service's regional host, for example `events.eu-west-1.amazonaws.com`. */
export function serviceHost(service: string, region: string): string {
  return `${service}.${region}.${partitionOf(region).domain}`
}
