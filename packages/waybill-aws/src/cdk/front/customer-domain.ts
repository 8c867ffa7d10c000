/**
 * A domain name for a distribution, as props.
 *
 * @module
 */

import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager'
import { type DistributionProps, SecurityPolicyProtocol } from 'aws-cdk-lib/aws-cloudfront'

/** Props for the name and the certificate of a distribution. */
export interface CustomerDomainProps {
  /**
   * The name of the distribution: `files.example.com`. Make its DNS record yourself, an alias of
   * the distribution.
   * @default - a name of CloudFront: `….cloudfront.net`
   */
  readonly domainName?: string
  /**
   * The certificate of `domainName`. CloudFront only accepts certificates of us-east-1.
   * @default - the certificate of CloudFront, for its own name
   */
  readonly certificate?: ICertificate
}

/**
 * Makes the props of the distribution.
 *
 * @throws {Error} When there is a name without a certificate or a certificate without a name.
 */
export function customerDomain({
  domainName,
  certificate,
}: CustomerDomainProps): Pick<
  DistributionProps,
  'domainNames' | 'certificate' | 'minimumProtocolVersion'
> {
  if (!domainName && !certificate) return {}
  if (!domainName || !certificate) {
    throw new Error(
      `expected domainName and certificate together, got only ${domainName ? 'domainName' : 'certificate'}`,
    )
  }
  return {
    domainNames: [domainName],
    certificate,
    minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
  }
}
