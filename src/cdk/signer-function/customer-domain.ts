/**
 * A name of one's own for a distribution, as props.
 *
 * @module
 */

import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager'
import { type DistributionProps, SecurityPolicyProtocol } from 'aws-cdk-lib/aws-cloudfront'

/** The name and the certificate of a distribution. */
export interface CustomerDomainProps {
  /**
   * The distribution's name: `files.example.com`. Its DNS record, an alias of the distribution, is yours to make.
   * @default - CloudFront's own: `….cloudfront.net`
   */
  readonly domainName?: string
  /**
   * Covers `domainName`. CloudFront takes certificates of us-east-1 alone.
   * @default - CloudFront's own, with CloudFront's own name
   */
  readonly certificate?: ICertificate
}

/** @throws {Error} When there is a name without a certificate or a certificate without a name. */
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
