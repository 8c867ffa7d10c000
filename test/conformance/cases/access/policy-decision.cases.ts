/**
 * What a bucket policy lets pass.
 *
 * @module
 */

import { type Case, keysAre } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import {
  anonymously,
  judged,
  POLICY,
  POSTS_ONLY,
  type Statement,
  under,
} from '../../request/policy-case.ts'
import type { System } from '../../system.ts'

const CONDITIONS =
  'https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html'

const AUTH_TYPE =
  'https://docs.aws.amazon.com/AmazonS3/latest/developerguide/bucket-policy-s3-sigv4-conditions.html'

const get = (key: string) => (system: System) => system.signed({ key })

const denyGet = (Condition: NonNullable<Statement['Condition']>): Statement => ({
  Effect: 'Deny',
  Action: 's3:GetObject',
  Condition,
})

const VERIFIED = { StringNotEquals: { 's3:ExistingObjectTag/waybill': 'verified' } }

const YOUNG: Statement = denyGet({ NumericGreaterThan: { 's3:signatureAge': '60000' } })

export const POLICY_DECISION: readonly Case[] = [
  judged(
    'denies a PUT where only forms are allowed',
    AUTH_TYPE,
    POSTS_ONLY,
    (system) => system.signed({ method: 'PUT', key: 'c', body: 'x' }),
    403,
  ),
  judged(
    'denies a presigned PUT where only forms are allowed',
    AUTH_TYPE,
    POSTS_ONLY,
    (system) => system.presigned({ method: 'PUT', key: 'c', body: 'x' }),
    403,
  ),
  judged(
    'denies a multipart upload where only forms are allowed',
    AUTH_TYPE,
    POSTS_ONLY,
    (system) => system.signed({ method: 'POST', key: 'c', query: { uploads: '' } }),
    403,
  ),
  judged(
    'allows a form where only forms are allowed',
    AUTH_TYPE,
    POSTS_ONLY,
    (system) => system.form({ key: 'c' }),
    204,
  ),
  judged(
    'denies a signature that is too old',
    AUTH_TYPE,
    YOUNG,
    (system) => system.presigned({ key: 'a', secondsAgo: 120, expires: '3600' }),
    403,
  ),
  judged(
    'allows a recent signature',
    AUTH_TYPE,
    YOUNG,
    (system) => system.presigned({ key: 'a', expires: '3600' }),
    200,
  ),
  judged('denies an object without the tag', CONDITIONS, denyGet(VERIFIED), get('b'), 403),
  judged('allows an object with the tag', CONDITIONS, denyGet(VERIFIED), get('a'), 200),
  judged(
    'denies copying an object without the tag',
    CONDITIONS,
    denyGet(VERIFIED),
    (system) =>
      system.signed({
        method: 'PUT',
        key: 'c',
        headers: { 'x-amz-copy-source': `${system.bucket}/b` },
      }),
    403,
  ),
  judged(
    'denies requests without TLS',
    POLICY,
    denyGet({ Bool: { 'aws:SecureTransport': 'false' } }),
    get('a'),
    403,
  ),
  judged(
    'denies a list outside the prefix',
    CONDITIONS,
    {
      Effect: 'Deny',
      on: 'bucket',
      Action: 's3:ListBucket',
      Condition: { StringNotLike: { 's3:prefix': 'public/*' } },
    },
    (system) => system.signed({ query: { 'list-type': '2' } }),
    403,
  ),
  judged(
    'allows a list inside the prefix',
    CONDITIONS,
    {
      Effect: 'Deny',
      on: 'bucket',
      Action: 's3:ListBucket',
      Condition: { StringNotLike: { 's3:prefix': 'public/*' } },
    },
    (system) => system.signed({ query: { 'list-type': '2', prefix: 'public/a' } }),
    200,
  ),
  judged(
    'denies a write that could replace an object',
    'https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html',
    { Effect: 'Deny', Action: 's3:PutObject', Condition: { Null: { 's3:if-none-match': 'true' } } },
    (system) => system.signed({ method: 'PUT', key: 'c', body: 'x' }),
    403,
  ),
  judged(
    'allows a write that cannot replace an object',
    'https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html',
    { Effect: 'Deny', Action: 's3:PutObject', Condition: { Null: { 's3:if-none-match': 'true' } } },
    (system) =>
      system.signed({ method: 'PUT', key: 'c', body: 'x', headers: { 'if-none-match': '*' } }),
    200,
  ),
  judged(
    'compares actions with wildcards',
    POLICY,
    { Effect: 'Deny', Action: 's3:Get*' },
    get('a'),
    403,
  ),
  judged(
    'does not deny another action',
    POLICY,
    { Effect: 'Deny', Action: 's3:PutObject' },
    get('a'),
    200,
  ),
  judged(
    'does not deny an account other than the named one',
    POLICY,
    { Effect: 'Deny', Action: 's3:GetObject', Principal: { AWS: '999999999999' } },
    get('a'),
    200,
  ),
  judged(
    'lets anybody read objects that a policy makes public',
    POLICY,
    { Effect: 'Allow', Action: 's3:GetObject' },
    anonymously('a'),
    200,
  ),
  judged(
    'hides that an object is missing from callers who may not list',
    PAGES.api('GetObject'),
    { Effect: 'Allow', Action: 's3:GetObject' },
    anonymously('nothing'),
    403,
  ),
  judged(
    'reports a missing object to anybody who may list',
    PAGES.api('GetObject'),
    { Effect: 'Allow', Action: 's3:*', on: 'everything' },
    anonymously('nothing'),
    '404 NoSuchKey',
  ),
  judged(
    'lets nobody write objects that a policy makes readable',
    POLICY,
    { Effect: 'Allow', Action: 's3:GetObject' },
    async (system) => ({
      ...(await anonymously('c')(system)),
      method: 'PUT',
      body: Buffer.from('x'),
    }),
    403,
  ),
  {
    title: 'lists keys that may not be deleted',
    see: PAGES.api('DeleteObjects'),
    request: under({ Effect: 'Deny', Action: 's3:DeleteObject', on: 'object a' }, (system) => {
      const body = '<Delete><Object><Key>a</Key></Object><Object><Key>b</Key></Object></Delete>'
      return system.signed({ method: 'POST', query: { delete: '' }, body, md5: true })
    }),
    body: /<Error><Key>a<\/Key><Code>AccessDenied<.*<Deleted><Key>b</,
    effect: keysAre('a'),
  },
]
