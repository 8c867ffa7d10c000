import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager'
import { type DistributionProps, SecurityPolicyProtocol } from 'aws-cdk-lib/aws-cloudfront'

/** A distribution's domain name and certificate. */
export interface CustomDomainProps {
  /**
   * The distribution's domain name, such as `files.example.com`. Create its DNS record yourself, as
   * an alias for the distribution.
   * @default - CloudFront's name: `….cloudfront.net`
   */
  readonly domainName?: string
  /**
   * The certificate for `domainName`. CloudFront accepts only certificates in us-east-1.
   * @default - CloudFront's certificate for its own name
   */
  readonly certificate?: ICertificate
}

/** @throws {Error} If only one of the two props is set. */
export function customDomain({
  domainName,
  certificate,
}: CustomDomainProps): Pick<
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
