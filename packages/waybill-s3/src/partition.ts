/**
 * AWS's partitions: for each region, the domain of its hosts and the partition's name in ARNs. This
 * is the only such table.
 *
 * @see
 *   https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
 * @module
 */

/** A group of regions with common host names and ARNs. */
export interface Partition {
  /** As in `arn:aws:…` */
  readonly name: string
  /** Domain of the regional hosts: `s3.<region>.<domain>`, `events.<region>.<domain>`. */
  readonly domain: string
}

const AWS: Partition = { name: 'aws', domain: 'amazonaws.com' }

/** The other partitions, by the first letters of their regions. */
const PARTITIONS: readonly (readonly [start: string, partition: Partition])[] = [
  ['cn-', { name: 'aws-cn', domain: 'amazonaws.com.cn' }],
  ['us-gov-', { name: 'aws-us-gov', domain: 'amazonaws.com' }],
  ['eusc-', { name: 'aws-eusc', domain: 'amazonaws.eu' }],
  ['us-iso-', { name: 'aws-iso', domain: 'c2s.ic.gov' }],
  ['us-isob-', { name: 'aws-iso-b', domain: 'sc2s.sgov.gov' }],
  ['us-isof-', { name: 'aws-iso-f', domain: 'csp.hci.ic.gov' }],
  ['eu-isoe-', { name: 'aws-iso-e', domain: 'cloud.adc-e.uk' }],
]

/** Finds the partition of a region: `aws` unless the table says otherwise. */
export function partitionOf(region: string): Partition {
  return PARTITIONS.find(([start]) => region.startsWith(start))?.[1] ?? AWS
}

/** Returns the regional host of a service, for example `events.eu-west-1.amazonaws.com`. */
export function serviceHost(service: string, region: string): string {
  return `${service}.${region}.${partitionOf(region).domain}`
}
