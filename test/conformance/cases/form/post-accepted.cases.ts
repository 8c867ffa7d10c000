/**
 * Forms that S3 stores, and how it answers them.
 *
 * @module
 */

import { type Case, following, headed, keysAre, stored } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import type { FormOptions } from '../../request/form.ts'
import { form, range } from '../../request/post-form-case.ts'

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

const IN_UP = { key: 'up/${filename}', keyCondition: ['starts-with', '$key', 'up/'] } as const

const named = (title: string, fileName: string, key: string) =>
  accepted(title, { ...IN_UP, fileName }, { effect: keysAre(key) })

const withoutName = (b: string) =>
  `--${b}\r\nContent-Disposition: form-data; name="file"\r\n\r\nhello\r\n--${b}--\r\n`

export const POST_ACCEPTED = following(PAGES.postForms, [
  accepted(
    'stores a form that satisfies its policy',
    {},
    { headers: { etag: '"5d41402abc4b2a76b9719d911017c592"', location: /object/ }, body: '' },
  ),
  accepted('accepts a file of the minimum size', range(5, 10)),
  accepted('accepts a file of the maximum size', range(1, 5)),
  accepted('accepts a key under a prefix', { keyCondition: ['starts-with', '$key', 'folder/'] }),
  accepted('accepts any key under an empty prefix', { keyCondition: ['starts-with', '$key', ''] }),
  accepted('accepts a content type that the policy names', {
    fields: { 'Content-Type': 'video/mp4' },
  }),
  accepted('accepts a content type under a prefix', {
    extraFields: { 'Content-Type': 'image/png' },
    conditions: [['starts-with', '$Content-Type', 'image/']],
  }),
  accepted('accepts a list of content types that all have the prefix', {
    extraFields: { 'Content-Type': 'image/png,image/jpeg' },
    conditions: [['starts-with', '$Content-Type', 'image/']],
  }),
  accepted('compares field names without regard to case', { fields: { 'CONTENT-type': 'a/b' } }),
  ...Object.entries({ success_action_status: '204', 'x-amz-checksum-crc32': 'NhCmhg==' }).map(
    ([name, value]) =>
      accepted(
        `accepts ${name} under a prefix`,
        { extraFields: { [name]: value }, conditions: [['starts-with', `$${name}`, '']] },
        { see: PAGES.seen('post_object') },
      ),
  ),
  ...[-1200, 1200].map((seconds) =>
    accepted(
      `accepts a date that is ${Math.abs(seconds)} seconds ${seconds < 0 ? 'fast' : 'slow'}, while the policy has not expired`,
      { now: new Date(Date.now() - seconds * 1000), expiration: new Date(Date.now() + 3_600_000) },
      { see: PAGES.seen('post_object') },
    ),
  ),
  accepted(
    'ignores an expected bucket owner',
    {},
    {
      see: PAGES.seen('post_object'),
      request: async (system) => {
        const raw = await form()(system)
        return {
          ...raw,
          headers: { ...raw.headers, 'x-amz-expected-bucket-owner': '000000000000' },
        }
      },
    },
  ),
  accepted('ignores fields that start with x-ignore-', { extraFields: { 'x-ignore-me': 'x' } }),
  accepted('answers 204 to an unknown success_action_status', {
    fields: { success_action_status: '299' },
  }),
  accepted(
    'answers 200 if the form asks for it',
    { fields: { success_action_status: '200' } },
    { status: 200, body: '' },
  ),
  accepted(
    'answers 201 and a document if the form asks for it',
    { fields: { success_action_status: '201' } },
    {
      status: 201,
      body: /<PostResponse><Location>[^<]*folder%2Fobject[^<]*<\/Location><Bucket>[^<]+<\/Bucket><Key>folder\/object/,
    },
  ),
  accepted(
    'redirects the browser if the form asks for it',
    { fields: { success_action_redirect: 'http://localhost/done?a=b' } },
    {
      status: 303,
      headers: {
        location:
          /^http:\/\/localhost\/done\?a=b&bucket=conformance-[^&]+&key=folder%2F[^&]+&etag=%225d41/,
      },
    },
  ),
  accepted('ignores fields after the file', {
    tail: (b) =>
      `--${b}\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nhello\r\n--${b}\r\nContent-Disposition: form-data; name="x-amz-meta-late"\r\n\r\nx\r\n--${b}--\r\n`,
  }),
  accepted('accepts a file without a file name', { tail: withoutName }),
  accepted('accepts a preamble and an epilogue', {
    tail: (b) =>
      `--${b}\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nhello\r\n--${b}--\r\nepilogue`,
  }),
  accepted(
    'accepts metadata that the policy names',
    { fields: { 'x-amz-meta-waybill': 'sealed' } },
    { effect: headed({ 'x-amz-meta-waybill': 'sealed' }) },
  ),
  { title: 'stores an empty file', request: form({ file: '' }), status: 204, effect: stored('') },
  named('replaces ${filename} with the file name', 'me.txt', 'up/me.txt'),
  named(
    'inserts a file name literally, whatever it looks like',
    "a$$b$&c$'d${filename}.txt",
    "up/a$$b$&c$'d${filename}.txt",
  ),
  named('ignores the path in a file name', '../../etc/passwd', 'up/passwd'),
  accepted(
    'keeps ${filename} if the file has no name',
    { ...IN_UP, tail: withoutName },
    { see: PAGES.recorded('test_s3'), effect: keysAre('up/${filename}') },
  ),
  ...Object.entries({
    'x-amz-meta-name': ['ÄMÄZÕÑ S3', '=?UTF-8?Q?=C3=84M=C3=84Z=C3=95=C3=91_S3?='],
    'x-amz-meta-word': ['=?UTF-8?B?YWJj?=', '=?UTF-8?B?YWJj?='],
    'x-amz-meta-bytes': ['\0\x01', '=?UTF-8?B?AAE=?='],
    'content-disposition': ['filename="—é.pdf"', 'filename=" é.pdf"'],
    'x-amz-website-redirect-location': ['/other', '/other'],
  } as const).map(([name, [sent, wanted]]) =>
    accepted(
      `returns the field ${name} as a header`,
      { fields: { [name]: sent } },
      {
        see: PAGES.recorded('test_s3'),
        effect: headed({ [name]: wanted }),
      },
    ),
  ),
  accepted(
    'ignores a tagging field with another root element',
    { fields: { tagging: '<Other></Other>' } },
    { see: PAGES.recorded('test_s3') },
  ),
  accepted(
    'inserts the file name into other fields, too, before it checks the policy',
    {
      extraFields: { 'x-amz-meta-name': 'is ${filename}' },
      conditions: [['eq', '$x-amz-meta-name', 'is me.txt']],
      fileName: 'me.txt',
    },
    { effect: headed({ 'x-amz-meta-name': 'is me.txt' }) },
  ),
  accepted(
    "uses the form's content type rather than the file's",
    {},
    { effect: headed({ 'content-type': 'binary/octet-stream' }) },
  ),
  accepted(
    "accepts the file's SHA-256",
    {
      fields: {
        'x-amz-checksum-algorithm': 'SHA256',
        'x-amz-checksum-sha256': 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=',
      },
    },
    { see: PAGES.postObject },
  ),
])
