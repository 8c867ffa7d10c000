/**
 * Forms whose signature, policy document or body is wrong.
 *
 * @module
 */

import type { Case } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import { changed, refusal, without } from '../../request/post-form-case.ts'

const policyText = (text: string) => ({ policy: Buffer.from(text).toString('base64') })

export const POST_REFUSED: readonly Case[] = [
  refusal(
    'refuses a changed policy',
    { tamper: (fields) => fields.set('Policy', `${fields.get('Policy')?.slice(0, -4)}AAAA`) },
    '403 SignatureDoesNotMatch',
  ),
  refusal(
    'refuses a changed signature',
    {
      tamper: (fields) =>
        fields.set('X-Amz-Signature', `${fields.get('X-Amz-Signature')?.slice(0, -1)}x`),
    },
    '403 SignatureDoesNotMatch',
  ),
  refusal(
    'refuses an empty signature',
    changed('X-Amz-Signature', ''),
    '403 SignatureDoesNotMatch',
  ),
  refusal(
    'refuses a policy without a signature',
    without('X-Amz-Signature'),
    '400 InvalidArgument',
    /X-Amz-Signature/,
  ),
  refusal(
    'refuses a signature without a policy',
    without('Policy'),
    '400 InvalidArgument',
    /policy/,
  ),
  refusal(
    'refuses a policy without a credential',
    without('X-Amz-Credential'),
    '400 InvalidArgument',
    /X-Amz-Credential/,
  ),
  refusal(
    'refuses a policy without a date',
    without('X-Amz-Date'),
    '400 InvalidArgument',
    /X-Amz-Date/,
  ),
  refusal(
    'refuses a policy without an algorithm',
    without('X-Amz-Algorithm'),
    '400 InvalidArgument',
    /X-Amz-Algorithm/,
  ),
  refusal(
    'refuses an unknown algorithm',
    changed('X-Amz-Algorithm', 'AWS4-HMAC-MD5'),
    '400 InvalidArgument',
  ),
  refusal(
    'refuses an unknown access key',
    {
      tamper: (fields) =>
        fields.set(
          'X-Amz-Credential',
          (fields.get('X-Amz-Credential') ?? '').replace(/^[^/]+/, 'AKIANOBODY'),
        ),
    },
    '403 InvalidAccessKeyId',
  ),
  refusal(
    'refuses another region',
    {
      tamper: (fields) =>
        fields.set(
          'X-Amz-Credential',
          (fields.get('X-Amz-Credential') ?? '').replace(/\/[a-z0-9-]+\/s3\//, '/mars-north-1/s3/'),
        ),
    },
    '400 InvalidArgument',
    /<Message>the region [^<]*mars-north-1[^<]* is wrong; expecting [^<]+<.*<ArgumentName>X-Amz-Credential<.*<Region>/,
  ),
  {
    ...refusal(
      'refuses another service',
      {
        tamper: (fields) =>
          fields.set(
            'X-Amz-Credential',
            (fields.get('X-Amz-Credential') ?? '').replace('/s3/', '/execute-api/'),
          ),
      },
      '400 InvalidArgument',
      /<Message>incorrect service [^<]*execute-api[^<]*\. This endpoint belongs to [^<]*s3[^<]*\.</,
    ),
    see: PAGES.seen('post_object'),
  },
  {
    ...refusal(
      'refuses a session token with a key that does not use one',
      { fields: { 'x-amz-security-token': 'x' } },
      '400 InvalidToken',
    ),
    see: PAGES.seen('post_object'),
  },
  refusal(
    "refuses a date on a different day than the credential's",
    changed('X-Amz-Date', '20200101T000000Z'),
    '400 InvalidArgument',
  ),
  ...[['key'], ['key', 'Policy']].map(
    (kept): Case => ({
      ...refusal(
        `refuses a form with only ${kept.join(' and ')}`,
        {
          tamper: (fields) => {
            for (const name of [...fields.keys()]) if (!kept.includes(name)) fields.delete(name)
          },
        },
        '403 AccessDenied',
        /<Message>Access Denied</,
      ),
      see: PAGES.recorded('test_s3'),
    }),
  ),
  refusal(
    'refuses a form without a key',
    without('key'),
    '400 InvalidArgument',
    /field named [^ ]*key/,
  ),
  refusal(
    'refuses a key of more than 1,024 bytes',
    { key: 'k'.repeat(1025) },
    '400 KeyTooLongError',
  ),
  refusal(
    'refuses a form without a file',
    { tail: (b) => `--${b}--\r\n` },
    '400 InvalidArgument',
    /POST requires exactly one file upload per request/,
  ),
  refusal(
    'refuses a form whose file is under another name',
    {
      tail: (b) =>
        `--${b}\r\nContent-Disposition: form-data; name="upload"; filename="a"\r\n\r\nhello\r\n--${b}--\r\n`,
    },
    '400 InvalidArgument',
  ),
  refusal(
    'refuses a form that ends within the file',
    {
      tail: (b) => `--${b}\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nhel`,
    },
    '400 MalformedPOSTRequest',
  ),
  refusal(
    'refuses a form that ends within a field',
    { tail: (b) => `--${b}\r\nContent-Disposition: form-data; name="x-amz-meta-a"\r\n\r\nhel` },
    '400 MalformedPOSTRequest',
  ),
  refusal(
    'refuses more than 20 KB before the file',
    { fields: { 'x-ignore-pad': 'x'.repeat(20_480) } },
    '400 MaxPostPreDataLengthExceededError',
  ),
  refusal(
    'refuses thousands of fields before the file',
    {
      extraFields: Object.fromEntries(
        Array.from({ length: 3000 }, (_, i) => [`x-ignore-${i}`, 'xxxxx']),
      ),
    },
    '400 MaxPostPreDataLengthExceededError',
  ),
  refusal('refuses a policy that is not base64', { policy: '%%%' }, '400 InvalidPolicyDocument'),
  refusal('refuses a policy that is not JSON', policyText('{'), '400 InvalidPolicyDocument'),
  refusal(
    'refuses a policy without an expiration',
    policyText('{"conditions":[]}'),
    '400 InvalidPolicyDocument',
  ),
  refusal(
    'refuses a policy without conditions',
    policyText('{"expiration":"2999-01-01T00:00:00Z"}'),
    '400 InvalidPolicyDocument',
  ),
  refusal(
    'refuses a policy with an invalid expiration',
    policyText('{"expiration":"soon","conditions":[]}'),
    '400 InvalidPolicyDocument',
  ),
  ...Object.entries({
    '["ends-with","$key","a"]': "Invalid Condition: unknown operation 'ends-with'.",
    '["starts-with","$key"]': 'Invalid starts-with: wrong number of arguments.',
    '["eq","$key","a","b"]': 'Invalid Eq: wrong number of arguments.',
    '["content-length-range",0]': 'Invalid content-length-range: wrong number of arguments.',
    '"just a string"': 'Invalid condition test: must be a List or Object.',
    '["content-length-range",100,10]': 'Invalid content-length-range',
    '': 'Invalid',
  }).map(
    ([condition, message]): Case => ({
      ...refusal(
        `refuses the conditions [${condition}]`,
        policyText(`{"expiration":"2999-01-01T00:00:00Z","conditions":[${condition}]}`),
        '400 InvalidPolicyDocument',
      ),
      see: PAGES.seen('post_object'),
      body: new RegExp(`Invalid Policy: ${message.replaceAll("'", "(?:&apos;|&#39;|')")}`),
    }),
  ),
  refusal(
    'refuses a policy with an unknown field',
    policyText('{"expiration":"2999-01-01T00:00:00Z","conditions":[],"more":1}'),
    '400 InvalidPolicyDocument',
  ),
  ...['["content-length-range", "a", "10"]', '["eq", "key", "a"]'].map(
    (condition): Case => ({
      ...refusal(
        `refuses every form under ${condition}`,
        policyText(`{"expiration":"2999-01-01T00:00:00Z","conditions":[${condition}]}`),
        '403 AccessDenied',
      ),
      see: PAGES.recorded('test_s3'),
      body: new RegExp(
        `Invalid according to Policy: Policy Condition failed: \\[${condition.slice(1, -1).replaceAll('"', '(?:"|&quot;)')}\\]<`,
      ),
    }),
  ),
  refusal(
    'refuses a public ACL because ACLs are disabled',
    { fields: { acl: 'public-read' } },
    '400 AccessControlListNotSupported',
  ),
  {
    ...refusal(
      'refuses a form that is not multipart/form-data',
      { contentType: 'application/x-www-form-urlencoded' },
      '412 PreconditionFailed',
    ),
    see: PAGES.errors,
    body: /Bucket POST must be of the enclosure-type multipart\/form-data/,
  },
  refusal(
    'refuses a form without a boundary',
    { contentType: 'multipart/form-data' },
    '400 MalformedPOSTRequest',
  ),
  {
    ...refusal('refuses a form for a missing bucket', {}, '404 NoSuchBucket'),
    request: (system) => system.form({ path: `/${system.absent}` }),
    see: PAGES.errors,
  },
]
