/**
 * Selects Transfer Acceleration, dual-stack and FIPS endpoints.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/dual-stack-endpoints.html
 * @see https://aws.amazon.com/compliance/fips/
 *
 * @module
 */

import { Aws, Stack, Token } from 'aws-cdk-lib'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager'
import type { Construct } from 'constructs'
import { requireFeature } from '../regions.ts'

/** Which AWS endpoints the functions use and sign uploads for. */
export interface EndpointProps {
  /**
   * Whether to use S3's dual-stack endpoints, which also support IPv6, for pages and functions
   * without IPv4.
   * @default false
   */
  readonly dualStack?: boolean
  /**
   * Whether to call S3, Secrets Manager, EventBridge and DynamoDB through FIPS endpoints. Pages
   * then upload to S3's FIPS endpoint too.
   * @default false
   */
  readonly fips?: boolean
}

interface Called extends EndpointProps {
  readonly bucket: IBucket
  readonly secret: ISecret
  /** Set only for the signer. */
  readonly transferAcceleration?: boolean
}

/**
 * @throws {Error} If a region lacks the endpoint, or if Transfer Acceleration and FIPS are
 *   combined.
 */
export function endpointSettings(scope: Construct, called: Called): Record<string, string> {
  const { bucket, secret, dualStack = false, fips = false, transferAcceleration = false } = called
  const { region } = bucket.env
  if (transferAcceleration && fips) {
    throw new Error('transferAcceleration and fips exclude each other: S3 has no endpoint for both')
  }
  if (transferAcceleration) requireFeature(scope, 'transferAcceleration', region)
  if (dualStack) requireFeature(scope, 'dualStack', region)
  if (fips) for (const each of [region, Stack.of(scope).region]) requireFeature(scope, 'fips', each)
  const host = storeHost(region, { dualStack, fips, transferAcceleration })
  return {
    ...(region === Stack.of(scope).region ? {} : { WAYBILL_REGION: region }),
    ...(host === undefined
      ? {}
      : { WAYBILL_ENDPOINT: `https://${host}`, WAYBILL_ADDRESSING: addressingOf(bucket) }),
    ...(fips
      ? {
          WAYBILL_SECRETS_ENDPOINT: `https://secretsmanager-fips.${secret.env.region}.${Aws.URL_SUFFIX}`,
          WAYBILL_EVENTS_ENDPOINT: `https://${fipsHost('events', Stack.of(scope).region)}`,
          WAYBILL_QUOTAS_ENDPOINT: `https://${fipsHost('dynamodb', Stack.of(scope).region)}`,
        }
      : {}),
  }
}

/**
 * Returns the same origins as `storageOrigins` from `waybill-s3`: the bucket's host name and, with
 * the default endpoint, its path-style address.
 */
export function bucketOrigins({ bucket, ...chosen }: Omit<Called, 'secret'>): string[] {
  const { dualStack = false, fips = false, transferAcceleration = false } = chosen
  const { region } = bucket.env
  const usual = `s3.${region}.${Aws.URL_SUFFIX}`
  const host = storeHost(region, { dualStack, fips, transferAcceleration })
  if (addressingOf(bucket) === 'path') return [`https://${host ?? usual}`]
  const first = `https://${bucket.bucketName}.${host ?? usual}`
  return host === undefined ? [first, `https://${usual}/${bucket.bucketName}/`] : [first]
}

/** Services with a gateway endpoint, which also covers their FIPS endpoints. */
const GATEWAYS: ReadonlySet<string> = new Set(['s3', 'dynamodb'])

export function endpointNames(
  scope: Construct,
  { fips = false }: EndpointProps,
  services: readonly string[],
): string[] {
  const isUsual = (service: string) =>
    GATEWAYS.has(service) || (service === 'events' && isGov(Stack.of(scope).region))
  return services.map((service) => (fips && !isUsual(service) ? `${service}-fips` : service))
}

type Chosen = Required<Pick<Called, 'dualStack' | 'fips' | 'transferAcceleration'>>

/** @returns `undefined` for the default endpoint. */
function storeHost(region: string, { dualStack, fips, transferAcceleration }: Chosen) {
  if (!dualStack && !fips && !transferAcceleration) return undefined
  const dual = dualStack ? '.dualstack' : ''
  if (transferAcceleration) return `s3-accelerate${dual}.${Aws.URL_SUFFIX}`
  return `s3${fips ? '-fips' : ''}${dual}.${region}.${Aws.URL_SUFFIX}`
}

/**
 * S3's certificates do not cover bucket names with dots, so these buckets need path-style
 * addressing.
 */
function addressingOf({ bucketName }: IBucket): 'virtual' | 'path' {
  return !Token.isUnresolved(bucketName) && bucketName.includes('.') ? 'path' : 'virtual'
}

/** In GovCloud, EventBridge's and DynamoDB's default endpoints are FIPS endpoints. */
function fipsHost(service: string, region: string): string {
  return `${service}${isGov(region) ? '' : '-fips'}.${region}.${Aws.URL_SUFFIX}`
}

function isGov(region: string): boolean {
  return !Token.isUnresolved(region) && region.startsWith('us-gov-')
}
