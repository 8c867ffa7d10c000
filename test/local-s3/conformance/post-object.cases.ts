/**
 * Forms: what a policy lets through, and everything that it does not.
 *
 * @module
 */

import { type Case, stored, storedNothing } from './case.ts'
import type { FormOptions } from './form.ts'
import { PAGES } from './pages.ts'
import type { World } from './world.ts'

const form =
  (options: Partial<FormOptions> = {}) =>
  (world: World) =>
    world.form(options)

const refusal = (
  title: string,
  options: Partial<FormOptions>,
  status: number,
  code: string,
  message?: RegExp,
): Case => ({
  title,
  see: PAGES.postPolicy,
  request: form(options),
  status,
  code,
  ...(message ? { body: message } : {}),
  effect: storedNothing,
})

const accepted = (
  title: string,
  options: Partial<FormOptions>,
  more: Partial<Case> = {},
): Case => ({
  title,
  see: PAGES.postForms,
  request: form(options),
  status: 204,
  effect: stored('hello'),
  ...more,
})

const changed = (name: string, value: string) => ({
  tamper: (fields: Map<string, string>) => fields.set(name, value),
})
const without = (name: string) => ({ tamper: (fields: Map<string, string>) => fields.delete(name) })
const policyText = (text: string) => ({ policy: Buffer.from(text).toString('base64') })
const range = (min: number, max: number) => ({
  conditions: [['content-length-range', min, max] as const],
})

const DENIED = /Invalid according to Policy: Policy Condition failed: /
const PAST = new Date(Date.now() - 1000)

export const POST_OBJECT: readonly Case[] = [
  accepted(
    'stores a form that keeps its policy',
    {},
    { headers: { etag: '"5d41402abc4b2a76b9719d911017c592"', location: /object/ }, body: '' },
  ),
  accepted('takes a file whose size is the least allowed', range(5, 10)),
  accepted('takes a file whose size is the most allowed', range(1, 5)),
  accepted('takes a prefix of the key', { keyCondition: ['starts-with', '$key', 'folder/'] }),
  accepted('takes any key under an empty prefix', { keyCondition: ['starts-with', '$key', ''] }),
  accepted('takes a content type that the policy names', {
    fields: { 'Content-Type': 'video/mp4' },
  }),
  accepted('takes a content type under a prefix', {
    extraFields: { 'Content-Type': 'image/png' },
    conditions: [['starts-with', '$Content-Type', 'image/']],
  }),
  accepted('takes a list of content types that all have the prefix', {
    extraFields: { 'Content-Type': 'image/png,image/jpeg' },
    conditions: [['starts-with', '$Content-Type', 'image/']],
  }),
  accepted('compares field names without regard to case', { fields: { 'CONTENT-type': 'a/b' } }),
  accepted('ignores fields that start with x-ignore-', { extraFields: { 'x-ignore-me': 'x' } }),
  accepted('answers 204 to an unknown success_action_status', {
    fields: { success_action_status: '299' },
  }),
  accepted(
    'answers 200 where the form asks for it',
    { fields: { success_action_status: '200' } },
    { status: 200, body: '' },
  ),
  accepted(
    'answers 201 and a document where the form asks for it',
    { fields: { success_action_status: '201' } },
    {
      status: 201,
      body: /<PostResponse><Location>[^<]*folder%2Fobject[^<]*<\/Location><Bucket>[^<]+<\/Bucket><Key>folder\/object/,
    },
  ),
  accepted(
    'sends the browser on where the form asks for it',
    { fields: { success_action_redirect: 'http://localhost/done?a=b' } },
    {
      status: 303,
      headers: {
        location:
          /^http:\/\/localhost\/done\?a=b&bucket=conformance-[^&]+&key=folder%2F[^&]+&etag=%225d41/,
      },
    },
  ),
  accepted('ignores fields behind the file', {
    tail: (b) =>
      `--${b}\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nhello\r\n--${b}\r\nContent-Disposition: form-data; name="x-amz-meta-late"\r\n\r\nx\r\n--${b}--\r\n`,
  }),
  accepted('takes a file that has no file name', {
    tail: (b) =>
      `--${b}\r\nContent-Disposition: form-data; name="file"\r\n\r\nhello\r\n--${b}--\r\n`,
  }),
  accepted('takes a preamble and an epilogue', {
    tail: (b) =>
      `--${b}\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nhello\r\n--${b}--\r\nepilogue`,
  }),
  accepted(
    'takes metadata that the policy names',
    { fields: { 'x-amz-meta-waybill': 'sealed' } },
    {
      effect: async (world) => {
        const reply = await world.send(await world.signed({ method: 'HEAD', key: world.key }))
        return reply.headers['x-amz-meta-waybill'] === 'sealed'
          ? undefined
          : 'the metadata is not there'
      },
    },
  ),
  {
    title: 'stores an empty file',
    see: PAGES.postForms,
    request: form({ file: '' }),
    status: 204,
    effect: stored(''),
  },
  {
    title: 'puts the file name in place of ${filename}',
    see: PAGES.postForms,
    request: form({
      key: 'up/${filename}',
      keyCondition: ['starts-with', '$key', 'up/'],
      fileName: 'me.txt',
    }),
    status: 204,
    effect: async (world) => {
      const keys = await world.keys()
      return keys.join() === 'up/me.txt' ? undefined : `keys are ${keys.join()}`
    },
  },
  {
    title: 'uses no path that a file name brings',
    see: PAGES.postForms,
    request: form({
      key: 'up/${filename}',
      keyCondition: ['starts-with', '$key', 'up/'],
      fileName: '../../etc/passwd',
    }),
    status: 204,
    effect: async (world) => {
      const keys = await world.keys()
      return keys.join() === 'up/passwd' ? undefined : `keys are ${keys.join()}`
    },
  },
  {
    title: 'gives the object the content type of the form and not of the file',
    see: PAGES.postForms,
    request: form({}),
    status: 204,
    effect: async (world) => {
      const reply = await world.send(await world.signed({ method: 'HEAD', key: world.key }))
      const type = reply.headers['content-type']
      return type === 'binary/octet-stream' ? undefined : `content type is ${type}`
    },
  },
  accepted(
    "takes a SHA-256 that is the file's",
    {
      fields: {
        'x-amz-checksum-algorithm': 'SHA256',
        'x-amz-checksum-sha256': 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=',
      },
    },
    { see: PAGES.postObject },
  ),
  refusal(
    "refuses a SHA-256 that is not the file's",
    {
      fields: {
        'x-amz-checksum-algorithm': 'SHA256',
        'x-amz-checksum-sha256': 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=',
      },
      file: 'jello',
    },
    400,
    'BadDigest',
  ),
  refusal(
    "refuses a CRC32 that is not the file's",
    { fields: { 'x-amz-checksum-crc32': 'AAAAAA==' } },
    400,
    'BadDigest',
  ),
  refusal(
    'refuses a checksum that the policy does not name',
    { extraFields: { 'x-amz-checksum-crc32': 'NhCmhg==' } },
    403,
    'AccessDenied',
    /Extra input fields: x-amz-checksum-crc32/,
  ),
  refusal('refuses another key', changed('key', 'other'), 403, 'AccessDenied', DENIED),
  refusal(
    'refuses a key outside the prefix',
    { keyCondition: ['starts-with', '$key', 'elsewhere/'] },
    403,
    'AccessDenied',
    DENIED,
  ),
  refusal(
    'refuses a file that is one byte too long',
    range(0, 4),
    400,
    'EntityTooLarge',
    /<ProposedSize>5<\/ProposedSize><MaxSizeAllowed>4</,
  ),
  refusal(
    'refuses a file that is one byte too short',
    range(6, 10),
    400,
    'EntityTooSmall',
    /<ProposedSize>5<\/ProposedSize><MinSizeAllowed>6</,
  ),
  refusal(
    'refuses an empty file where one byte is the least',
    { ...range(1, 10), file: '' },
    400,
    'EntityTooSmall',
  ),
  refusal(
    'holds a file against every length range',
    {
      conditions: [
        ['content-length-range', 0, 100],
        ['content-length-range', 0, 4],
      ],
    },
    400,
    'EntityTooLarge',
  ),
  refusal(
    'refuses another content type',
    { fields: { 'Content-Type': 'video/mp4' }, ...changed('Content-Type', 'text/html') },
    403,
    'AccessDenied',
    DENIED,
  ),
  refusal(
    'refuses a list of content types one of which has not the prefix',
    {
      extraFields: { 'Content-Type': 'image/png,text/html' },
      conditions: [['starts-with', '$Content-Type', 'image/']],
    },
    403,
    'AccessDenied',
    DENIED,
  ),
  refusal(
    'refuses a form that lacks a field of the policy',
    { conditions: [{ 'x-amz-meta-owner': 'me' }] },
    403,
    'AccessDenied',
    DENIED,
  ),
  refusal(
    'refuses a missing field even under an empty prefix',
    { conditions: [['starts-with', '$Content-Type', '']] },
    403,
    'AccessDenied',
    DENIED,
  ),
  refusal(
    'refuses metadata that the policy does not name',
    { extraFields: { 'x-amz-meta-extra': 'x' } },
    403,
    'AccessDenied',
    /Extra input fields: x-amz-meta-extra/,
  ),
  refusal(
    'refuses a content type that the policy does not name',
    { extraFields: { 'Content-Type': 'text/html' } },
    403,
    'AccessDenied',
    /Extra input fields: content-type/,
  ),
  refusal(
    'refuses a redirect that the policy does not name',
    { extraFields: { success_action_redirect: 'http://evil.example/' } },
    403,
    'AccessDenied',
    /Extra input fields/,
  ),
  refusal(
    'takes no prefix for an x-amz-* field that is no metadata',
    {
      extraFields: { 'x-amz-storage-class': 'STANDARD' },
      conditions: [['starts-with', '$x-amz-storage-class', 'STAN']],
    },
    403,
    'AccessDenied',
    DENIED,
  ),
  refusal(
    'takes no prefix for success_action_status',
    {
      extraFields: { success_action_status: '201' },
      conditions: [['starts-with', '$success_action_status', '2']],
    },
    403,
    'AccessDenied',
    DENIED,
  ),
  refusal(
    'refuses a policy that has expired',
    { expiration: PAST },
    403,
    'AccessDenied',
    /Invalid according to Policy: Policy expired\./,
  ),
  refusal(
    'refuses a policy for another bucket',
    { conditions: [{ bucket: 'another-bucket' }] },
    403,
    'AccessDenied',
    DENIED,
  ),
  refusal(
    'refuses a changed policy',
    { tamper: (fields) => fields.set('Policy', `${fields.get('Policy')?.slice(0, -4)}AAAA`) },
    403,
    'SignatureDoesNotMatch',
  ),
  refusal(
    'refuses a changed signature',
    {
      tamper: (fields) =>
        fields.set('X-Amz-Signature', `${fields.get('X-Amz-Signature')?.slice(0, -1)}x`),
    },
    403,
    'SignatureDoesNotMatch',
  ),
  refusal(
    'refuses an empty signature',
    changed('X-Amz-Signature', ''),
    403,
    'SignatureDoesNotMatch',
  ),
  refusal(
    'refuses a policy without a signature',
    without('X-Amz-Signature'),
    400,
    'InvalidArgument',
    /X-Amz-Signature/,
  ),
  refusal(
    'refuses a signature without a policy',
    without('Policy'),
    400,
    'InvalidArgument',
    /policy/,
  ),
  refusal(
    'refuses a policy without a credential',
    without('X-Amz-Credential'),
    400,
    'InvalidArgument',
    /X-Amz-Credential/,
  ),
  refusal(
    'refuses a policy without a date',
    without('X-Amz-Date'),
    400,
    'InvalidArgument',
    /X-Amz-Date/,
  ),
  refusal(
    'refuses a policy without an algorithm',
    without('X-Amz-Algorithm'),
    400,
    'InvalidArgument',
    /X-Amz-Algorithm/,
  ),
  refusal(
    'refuses an algorithm that it does not know',
    changed('X-Amz-Algorithm', 'AWS4-HMAC-MD5'),
    400,
    'InvalidArgument',
  ),
  refusal(
    'refuses an access key that it does not know',
    {
      tamper: (fields) =>
        fields.set(
          'X-Amz-Credential',
          (fields.get('X-Amz-Credential') ?? '').replace(/^[^/]+/, 'AKIANOBODY'),
        ),
    },
    403,
    'InvalidAccessKeyId',
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
    400,
    'InvalidArgument',
  ),
  refusal(
    'refuses a date of another day than the credential',
    changed('X-Amz-Date', '20200101T000000Z'),
    400,
    'InvalidArgument',
  ),
  refusal(
    'refuses a form that nobody signed',
    {
      tamper: (fields) => {
        for (const name of [...fields.keys()]) if (name !== 'key') fields.delete(name)
      },
    },
    403,
    'AccessDenied',
  ),
  refusal(
    'refuses a form without a key',
    without('key'),
    400,
    'InvalidArgument',
    /field named [^ ]*key/,
  ),
  refusal(
    'refuses a key of more than 1,024 bytes',
    { key: 'k'.repeat(1025) },
    400,
    'KeyTooLongError',
  ),
  refusal(
    'refuses a form without a file',
    { tail: (b) => `--${b}--\r\n` },
    400,
    'InvalidArgument',
    /POST requires exactly one file upload per request/,
  ),
  refusal(
    'refuses a form whose file is under another name',
    {
      tail: (b) =>
        `--${b}\r\nContent-Disposition: form-data; name="upload"; filename="a"\r\n\r\nhello\r\n--${b}--\r\n`,
    },
    400,
    'InvalidArgument',
  ),
  refusal(
    'refuses a form that ends within the file',
    {
      tail: (b) => `--${b}\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nhel`,
    },
    400,
    'MalformedPOSTRequest',
  ),
  refusal(
    'refuses a form that ends within a field',
    { tail: (b) => `--${b}\r\nContent-Disposition: form-data; name="x-amz-meta-a"\r\n\r\nhel` },
    400,
    'MalformedPOSTRequest',
  ),
  refusal(
    'refuses more than 20 KB before the file',
    { fields: { 'x-ignore-pad': 'x'.repeat(20_480) } },
    400,
    'MaxPostPreDataLengthExceededError',
  ),
  refusal(
    'refuses thousands of fields before the file',
    {
      extraFields: Object.fromEntries(
        Array.from({ length: 3000 }, (_, i) => [`x-ignore-${i}`, 'xxxxx']),
      ),
    },
    400,
    'MaxPostPreDataLengthExceededError',
  ),
  refusal('refuses a policy that is no base64', { policy: '%%%' }, 400, 'InvalidPolicyDocument'),
  refusal('refuses a policy that is no JSON', policyText('{'), 400, 'InvalidPolicyDocument'),
  refusal(
    'refuses a policy without an expiration',
    policyText('{"conditions":[]}'),
    400,
    'InvalidPolicyDocument',
  ),
  refusal(
    'refuses a policy without conditions',
    policyText('{"expiration":"2999-01-01T00:00:00Z"}'),
    400,
    'InvalidPolicyDocument',
  ),
  refusal(
    'refuses a policy with an expiration that is no date',
    policyText('{"expiration":"soon","conditions":[]}'),
    400,
    'InvalidPolicyDocument',
  ),
  refusal(
    'refuses a policy with an operator that it does not know',
    policyText('{"expiration":"2999-01-01T00:00:00Z","conditions":[["ends-with","$key","a"]]}'),
    400,
    'InvalidPolicyDocument',
  ),
  refusal(
    'refuses a policy with a field that it does not know',
    policyText('{"expiration":"2999-01-01T00:00:00Z","conditions":[],"more":1}'),
    400,
    'InvalidPolicyDocument',
  ),
  refusal(
    'refuses a length range that is no range',
    policyText(
      '{"expiration":"2999-01-01T00:00:00Z","conditions":[["content-length-range","a","b"]]}',
    ),
    400,
    'InvalidPolicyDocument',
  ),
  refusal(
    'refuses a public ACL, since ACLs are off',
    { fields: { acl: 'public-read' } },
    400,
    'AccessControlListNotSupported',
  ),
  {
    ...refusal(
      'refuses a form that is no multipart/form-data',
      { contentType: 'application/x-www-form-urlencoded' },
      412,
      'PreconditionFailed',
    ),
    see: PAGES.errors,
    body: /Bucket POST must be of the enclosure-type multipart\/form-data/,
  },
  refusal(
    'refuses a form without a boundary',
    { contentType: 'multipart/form-data' },
    400,
    'MalformedPOSTRequest',
  ),
  {
    ...refusal(
      'refuses a form for a bucket that is not there',
      { path: '/no-such-bucket-at-all' },
      404,
      'NoSuchBucket',
    ),
    see: PAGES.errors,
  },
]
