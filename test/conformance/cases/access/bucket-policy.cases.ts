/**
 * Bucket policies as documents, and the block on public access.
 *
 * @module
 */

import { type Case, following } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import {
  anonymously,
  POLICY,
  POSTS_ONLY,
  policyText,
  putBlock,
  putPolicy,
  under,
} from '../../request/policy-case.ts'
import type { System } from '../../system.ts'

const BLOCK =
  'https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html'

const PRINCIPALS =
  'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html'
const NOT_PRINCIPAL =
  'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html'
const OPERATORS =
  'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html'
const ACTIONS =
  'https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html'
const TAGS = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/tagging-and-policies.html'

const badPolicy = (title: string, body: (system: System) => string, see = POLICY): Case => ({
  title,
  see,
  request: (system) => putPolicy(system, body(system)),
  status: '400 MalformedPolicy',
})

export const BUCKET_POLICY = following(BLOCK, [
  {
    title: 'has no policy by default',
    see: PAGES.api('GetBucketPolicy'),
    request: (system) => system.signed({ query: { policy: '' } }),
    status: '404 NoSuchBucketPolicy',
  },
  {
    title: 'returns the policy unchanged',
    see: PAGES.api('GetBucketPolicy'),
    request: under(POSTS_ONLY, (system) => system.signed({ query: { policy: '' } })),
    headers: { 'content-type': 'application/json' },
    body: /"s3:authType":"POST"/,
  },
  {
    title: 'deletes the policy',
    see: PAGES.api('DeleteBucketPolicy'),
    request: under(POSTS_ONLY, (system) =>
      system.signed({ method: 'DELETE', query: { policy: '' } }),
    ),
    status: 204,
  },
  badPolicy('refuses a policy that is not JSON', () => '<Policy/>'),
  badPolicy('refuses a policy without a statement', () => '{"Version":"2012-10-17"}'),
  badPolicy('refuses an unknown effect', (system) =>
    policyText(system, POSTS_ONLY).replace('Deny', 'Forbid'),
  ),
  ...['203.0.113.0/33', '203.0.113.0/', 'home', '2001:db8::/129'].map((network) =>
    badPolicy(`refuses the network ${network}`, (system) =>
      policyText(system, {
        ...POSTS_ONLY,
        Condition: { NotIpAddress: { 'aws:SourceIp': ['203.0.113.0/24', network] } },
      }),
    ),
  ),
  {
    title: 'answers policy variables, which it does not support, with 501',
    see: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html',
    request: (system) =>
      putPolicy(system, policyText(system, POSTS_ONLY).replace('/*"', '/${aws:username}/*"')),
    status: '501 NotImplemented',
  },
  badPolicy(
    'refuses a principal with a wildcard in its ARN',
    (system) =>
      policyText(system, { ...POSTS_ONLY, Principal: { AWS: 'arn:aws:iam::123456789012:role/*' } }),
    PRINCIPALS,
  ),
  badPolicy(
    'refuses all services as a principal',
    (system) => policyText(system, { ...POSTS_ONLY, Principal: { Service: '*' } }),
    PRINCIPALS,
  ),
  badPolicy(
    'refuses Allow with NotPrincipal',
    (system) =>
      policyText(system, { ...POSTS_ONLY, Effect: 'Allow' }).replace(
        '"Principal":"*"',
        '"NotPrincipal":{"AWS":"123456789012"}',
      ),
    NOT_PRINCIPAL,
  ),
  badPolicy(
    'refuses an action that S3 does not have',
    (system) => policyText(system, { ...POSTS_ONLY, Action: 's3:PutObjects' }),
    ACTIONS,
  ),
  badPolicy(
    'refuses an object action on the bucket',
    (system) => policyText(system, { ...POSTS_ONLY, on: 'bucket' }),
    ACTIONS,
  ),
  badPolicy(
    'refuses a condition key that the action does not support',
    (system) =>
      policyText(system, {
        Effect: 'Deny',
        Action: 's3:DeleteObject',
        Condition: { StringEquals: { 's3:ExistingObjectTag/team': 'a' } },
      }),
    TAGS,
  ),
  badPolicy(
    'refuses a misspelled condition operator',
    (system) =>
      policyText(system, POSTS_ONLY).replace('StringNotEquals', 'ForAnyValues:StringNotEquals'),
    OPERATORS,
  ),
  badPolicy('refuses an unknown condition', (system) =>
    policyText(system, POSTS_ONLY).replace('StringNotEquals', 'StringUnlike'),
  ),
  badPolicy("refuses another bucket's resources", (system) =>
    policyText(system, POSTS_ONLY).replace(system.bucket, 'another-bucket'),
  ),
  badPolicy('refuses an unknown field', (system) =>
    policyText(system, POSTS_ONLY).replace('"Action"', '"Verb"'),
  ),
  {
    title: 'blocks public access by default',
    request: (system) => system.signed({ query: { publicAccessBlock: '' } }),
    body: /<BlockPublicAcls>true<.*<IgnorePublicAcls>true<.*<BlockPublicPolicy>true<.*<RestrictPublicBuckets>true</,
  },
  {
    title: 'refuses a public policy while public policies are blocked',
    request: (system) =>
      putPolicy(system, policyText(system, { Effect: 'Allow', Action: 's3:GetObject' })),
    status: '403 AccessDenied',
  },
  {
    title: 'accepts a policy for one network while public policies are blocked',
    request: (system) =>
      putPolicy(
        system,
        policyText(system, {
          Effect: 'Allow',
          Action: 's3:GetObject',
          Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } },
        }),
      ),
    status: 204,
  },
  {
    title: 'ignores a public policy once public buckets are restricted',
    request: under({ Effect: 'Allow', Action: 's3:GetObject' }, async (system) => {
      await system.expect(200, await putBlock(system, true))
      return anonymously('a')(system)
    }),
    status: '403 AccessDenied',
  },
  {
    title: 'deletes the public access block',
    see: PAGES.api('DeletePublicAccessBlock'),
    request: async (system) => {
      await system.expectReply(204, { method: 'DELETE', query: { publicAccessBlock: '' } })
      return system.signed({ query: { publicAccessBlock: '' } })
    },
    status: '404 NoSuchPublicAccessBlockConfiguration',
  },
])
