/**
 * Forms that their own policy refuses.
 *
 * @module
 */

import type { Case } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import { changed, range, refusal } from '../../request/post-form-case.ts'

const DENIED = /Invalid according to Policy: Policy Condition failed: /

const SHA256 = { 'x-amz-checksum-sha256': 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=' }

const PAST = new Date(Date.now() - 1000)

export const POST_POLICY: readonly Case[] = [
  {
    ...refusal(
      'refuses a policy without a condition on the bucket',
      { bucketCondition: undefined },
      '403 AccessDenied',
      /Invalid according to Policy: Extra input fields: bucket</,
    ),
    see: 'https://github.com/aws/aws-sdk-php/issues/3292',
  },
  ...(['bUcKeT', 'BUCKET'] as const).map(
    (name): Case => ({
      title: `accepts a condition on the ${name}`,
      see: PAGES.cephOnAws,
      request: (system) => system.form({ bucketCondition: { [name]: system.bucket } }),
      status: 204,
    }),
  ),
  ...(['$bucket', '$bUcKeT'] as const).map(
    (name): Case => ({
      title: `accepts the condition eq on ${name}`,
      see: PAGES.postPolicy,
      request: (system) => system.form({ bucketCondition: ['eq', name, system.bucket] }),
      status: 204,
    }),
  ),
  {
    ...refusal(
      'refuses a condition on another bucket, in any case',
      { bucketCondition: { bUcKeT: 'another' } },
      '403 AccessDenied',
      DENIED,
    ),
    see: PAGES.cephOnAws,
  },
  refusal(
    'refuses a wrong SHA-256',
    { fields: { 'x-amz-checksum-algorithm': 'SHA256', ...SHA256 }, file: 'jello' },
    '400 BadDigest',
  ),
  refusal(
    'refuses a wrong CRC32',
    { fields: { 'x-amz-checksum-crc32': 'AAAAAA==' } },
    '400 BadDigest',
  ),
  ...(
    [
      ["an algorithm other than the checksum's", 'CRC32', SHA256],
      ['an unknown algorithm', 'MD4', SHA256],
      ['an algorithm without its checksum', 'SHA256', {}],
    ] as const
  ).map(
    ([what, algorithm, checksum]): Case => ({
      ...refusal(
        `refuses ${what}`,
        { fields: { 'x-amz-checksum-algorithm': algorithm, ...checksum } },
        '400 InvalidRequest',
        /x-amz-checksum-algorithm/,
      ),
      see: PAGES.postObject,
    }),
  ),
  refusal(
    'refuses a checksum that the policy does not name',
    { extraFields: { 'x-amz-checksum-crc32': 'NhCmhg==' } },
    '403 AccessDenied',
    /Extra input fields: x-amz-checksum-crc32/,
  ),
  refusal('refuses another key', changed('key', 'other'), '403 AccessDenied', DENIED),
  refusal(
    'refuses a key outside the prefix',
    { keyCondition: ['starts-with', '$key', 'elsewhere/'] },
    '403 AccessDenied',
    DENIED,
  ),
  refusal(
    'refuses a file that is one byte too long',
    range(0, 4),
    '400 EntityTooLarge',
    /<ProposedSize>5<\/ProposedSize><MaxSizeAllowed>4</,
  ),
  refusal(
    'refuses a file that is one byte too short',
    range(6, 10),
    '400 EntityTooSmall',
    /<ProposedSize>5<\/ProposedSize><MinSizeAllowed>6</,
  ),
  refusal(
    'refuses an empty file if the minimum is one byte',
    { ...range(1, 10), file: '' },
    '400 EntityTooSmall',
  ),
  refusal(
    'checks a file against every length range',
    {
      conditions: [
        ['content-length-range', 0, 100],
        ['content-length-range', 0, 4],
      ],
    },
    '400 EntityTooLarge',
  ),
  refusal(
    'refuses another content type',
    { fields: { 'Content-Type': 'video/mp4' }, ...changed('Content-Type', 'text/html') },
    '403 AccessDenied',
    DENIED,
  ),
  refusal(
    'refuses a list of content types if one lacks the prefix',
    {
      extraFields: { 'Content-Type': 'image/png,text/html' },
      conditions: [['starts-with', '$Content-Type', 'image/']],
    },
    '403 AccessDenied',
    DENIED,
  ),
  refusal(
    'refuses a form without a field in the policy',
    { conditions: [{ 'x-amz-meta-owner': 'me' }] },
    '403 AccessDenied',
    DENIED,
  ),
  refusal(
    'refuses a missing field even under an empty prefix',
    { conditions: [['starts-with', '$Content-Type', '']] },
    '403 AccessDenied',
    DENIED,
  ),
  refusal(
    'refuses metadata that the policy does not name',
    { extraFields: { 'x-amz-meta-extra': 'x' } },
    '403 AccessDenied',
    /Extra input fields: x-amz-meta-extra/,
  ),
  refusal(
    'refuses a content type that the policy does not name',
    { extraFields: { 'Content-Type': 'text/html' } },
    '403 AccessDenied',
    /Extra input fields: content-type/,
  ),
  refusal(
    'refuses a redirect that the policy does not name',
    { extraFields: { success_action_redirect: 'http://evil.example/' } },
    '403 AccessDenied',
    /Extra input fields/,
  ),
  refusal(
    'refuses a policy that has expired',
    { expiration: PAST },
    '403 AccessDenied',
    /Invalid according to Policy: Policy expired\./,
  ),
  refusal(
    'refuses a policy for another bucket',
    { conditions: [{ bucket: 'another-bucket' }] },
    '403 AccessDenied',
    DENIED,
  ),
]
