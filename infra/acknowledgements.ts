/**
 * Accepts findings that cdk-nag's AwsSolutions pack reports in the example, outside the construct,
 * and gives the reasons.
 *
 * @module
 */

import { type Stack, Validations } from 'aws-cdk-lib'
import type { IConstruct } from 'constructs'
import type { DemoSite } from './demo-site.ts'
import { spelled } from './spelled.ts'

/** Accepts the findings in the demo page, which has static files and no visitors' data. */
export function acknowledgeSite({ distribution, logged }: DemoSite): void {
  acknowledge(distribution, {
    CFR1: 'A demonstration page that is public in all countries.',
    CFR2: 'It serves static files from a private bucket; there is no request to inspect, and a WAF costs more than the rest of the stack.',
    CFR4: "Without a domain of one's own CloudFront's certificate comes with its own, fixed TLS policy; browsers of this decade negotiate TLS 1.3 with it.",
    ...(logged
      ? {}
      : { CFR3: 'CloudFront cannot write access logs to buckets in opt-in regions.' }),
  })
}

const CDKS_OWN =
  "The function is CDK's own deployment helper (aws-s3-deployment): it runs while the stack is deployed and its permissions are CDK's to write."

/**
 * Accepts the findings in CDK's function that copies the page to its bucket. The function belongs
 * to the stack, not to the deployment construct. It reads CDK's bucket for assets, whose name
 * depends on how the account was bootstrapped.
 */
export function acknowledgeDeployment(
  stack: Stack,
  { pageBucketArn, assetsBucketArn }: DemoSite,
): void {
  const helper = stack.node.children.find(({ node }) =>
    node.id.startsWith('Custom::CDKBucketDeployment'),
  )
  if (!helper) throw new Error('the stack has no CDKBucketDeployment: CDK has renamed its helper')
  const page = spelled(stack.resolve(pageBucketArn))
  const assets = spelled(stack.resolve(assetsBucketArn))
  const managed = 'arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'
  const actions = ['GetObject*', 'GetBucket*', 'List*', 'DeleteObject*', 'Abort*']
  acknowledge(helper, {
    L1: CDKS_OWN,
    [`IAM4[Policy::${managed}]`]: CDKS_OWN,
    [`IAM5[Resource::${page}/*]`]: CDKS_OWN,
    [`IAM5[Resource::${assets}/*]`]: CDKS_OWN,
    ...Object.fromEntries(actions.map((action) => [`IAM5[Action::s3:${action}]`, CDKS_OWN])),
  })
}

function acknowledge(construct: IConstruct, findings: Readonly<Record<string, string>>): void {
  for (const [finding, reason] of Object.entries(findings)) {
    Validations.of(construct).acknowledge({ id: `AwsSolutions::AwsSolutions-${finding}`, reason })
  }
}
