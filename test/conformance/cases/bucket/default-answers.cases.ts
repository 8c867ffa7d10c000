/**
 * Settings of a bucket that were never changed.
 *
 * @module
 */

import type { Case } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import { policyText, putBlock, putPolicy } from '../../request/policy-case.ts'
import type { System } from '../../system.ts'

const RECORDED = PAGES.recorded('test_s3')

const read = (query: Readonly<Record<string, string>>) => (system: System) =>
  system.signed({ query })

const answer = (
  operation: string,
  query: Readonly<Record<string, string>>,
  body: RegExp,
  see: string = PAGES.api(operation),
): Case => ({ title: `answers ${operation} of a new bucket`, see, request: read(query), body })

const absent = (
  operation: string,
  query: Readonly<Record<string, string>>,
  code: string,
  see: string = RECORDED,
): Case => ({
  title: `answers ${operation} of a new bucket with ${code}`,
  see,
  request: read(query),
  status: `404 ${code}`,
})

const isPublic = (
  title: string,
  statement: Parameters<typeof policyText>[1],
  expected: boolean,
): Case => ({
  title: `reports that a policy ${title} is ${expected ? '' : 'not '}public`,
  see: PAGES.api('GetBucketPolicyStatus'),
  request: async (system) => {
    await system.expect(200, await putBlock(system, false))
    await system.expect(204, await putPolicy(system, policyText(system, statement)))
    return read({ policyStatus: '' })(system)
  },
  body: new RegExp(`<PolicyStatus [^>]*><IsPublic>${expected}</IsPublic></PolicyStatus>`),
})

/** Conditions that everybody meets. */
const WIDE: readonly (readonly [string, Record<string, Record<string, string>>])[] = [
  ['for all networks', { IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } }],
  ['for requests without a principal', { Null: { 'aws:PrincipalArn': 'true' } }],
  ['for any principal', { StringLike: { 'aws:PrincipalArn': '*' } }],
  [
    'for a principal matched only if present',
    { StringEqualsIfExists: { 'aws:PrincipalArn': 'arn:aws:iam::123456789012:root' } },
  ],
]

export const DEFAULT_ANSWERS: readonly Case[] = [
  absent('GetBucketReplication', { replication: '' }, 'ReplicationConfigurationNotFoundError'),
  absent('GetBucketWebsite', { website: '' }, 'NoSuchWebsiteConfiguration'),
  absent(
    'GetBucketPolicyStatus',
    { policyStatus: '' },
    'NoSuchBucketPolicy',
    'https://github.com/cloudquery/cloudquery/issues/12163',
  ),
  answer(
    'GetBucketRequestPayment',
    { requestPayment: '' },
    /<RequestPaymentConfiguration [^>]*><Payer>BucketOwner<\/Payer><\/RequestPaymentConfiguration>$/,
  ),
  answer(
    'GetBucketAccelerateConfiguration',
    { accelerate: '' },
    /<AccelerateConfiguration [^>]*\/>$/,
  ),
  answer('GetBucketLogging', { logging: '' }, /<BucketLoggingStatus [^>]*\/>$/, RECORDED),
  answer(
    'GetBucketAbac',
    { abac: '' },
    /<AbacStatus [^>]*><Status>Disabled<\/Status><\/AbacStatus>$/,
  ),
  ...(
    [
      ['Analytics', 'analytics', 'ListBucketAnalyticsConfigurationResult'],
      [
        'IntelligentTiering',
        'intelligent-tiering',
        'ListBucketIntelligentTieringConfigurationsOutput',
      ],
      ['Inventory', 'inventory', 'ListInventoryConfigurationsResult'],
      ['Metrics', 'metrics', 'ListMetricsConfigurationsResult'],
    ] as const
  ).flatMap(([kind, query, root]): readonly Case[] => [
    answer(
      `ListBucket${kind}Configurations`,
      { [query]: '' },
      new RegExp(`<${root} [^>]*><IsTruncated>false</IsTruncated></${root}>$`),
    ),
    absent(`GetBucket${kind}Configuration`, { [query]: '', id: 'a' }, 'NoSuchConfiguration'),
    {
      title: `deletes no ${query} configuration`,
      see: RECORDED,
      request: (system) => system.signed({ method: 'DELETE', query: { [query]: '', id: 'a' } }),
      status: '404 NoSuchConfiguration',
    },
  ]),
  ...['replication', 'website'].map(
    (query): Case => ({
      title: `deletes no ${query} configuration, which succeeds`,
      see: RECORDED,
      request: (system) => system.signed({ method: 'DELETE', query: { [query]: '' } }),
      status: 204,
    }),
  ),
  ...['accelerate', 'logging', 'requestPayment', 'website'].map(
    (query): Case => ({
      title: `answers setting a new ${query} configuration, which it does not support, with 501`,
      see: PAGES.errors,
      request: (system) => system.signed({ method: 'PUT', query: { [query]: '' }, body: '<x/>' }),
      status: '501 NotImplemented',
    }),
  ),
  isPublic('for everybody', { Effect: 'Allow', Action: 's3:GetObject' }, true),
  isPublic(
    'for one network',
    {
      Effect: 'Allow',
      Action: 's3:GetObject',
      Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } },
    },
    false,
  ),
  ...WIDE.map(([title, Condition]) =>
    isPublic(title, { Effect: 'Allow', Action: 's3:GetObject', Condition }, true),
  ),
]
