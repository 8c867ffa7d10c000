/**
 * SSE-S3 and SSE-KMS: what is asked for with an object is kept and told.
 *
 * @module
 */

import { type Case, following, headed, stored, storedNothing } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import {
  BUCKET_KEY,
  CONTEXT,
  CONTEXT_VALUE,
  KEY,
  KEY_ID,
  kms,
  SSE,
  UNDER_KEY,
  UNDER_S3,
} from '../../request/encryption-case.ts'
import { creating } from '../../request/multipart-case.ts'
import type { RawRequest } from '../../request/raw-request.ts'
import type { System } from '../../system.ts'

const KMS_PAGE =
  'https://docs.aws.amazon.com/AmazonS3/latest/userguide/specifying-kms-encryption.html'

const CEPH = 'https://github.com/ceph/s3-tests/blob/HEAD/s3tests/functional/test_s3.py'

const put = (headers: Record<string, string>) => (system: System) =>
  system.signed({ method: 'PUT', key: system.key, body: 'hello', headers })

const refusal = (
  title: string,
  see: string,
  request: (system: System) => Promise<RawRequest>,
  message?: RegExp,
  code = 'InvalidArgument',
): Case => ({ title, see, request, status: `400 ${code}`, ...(message ? { body: message } : {}) })

const NEEDS_KMS =
  /<Message>Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms</

const NOT_HERE =
  /<Message>x-amz-server-side-encryption header is not supported for this operation\.<\/Message><ArgumentName>x-amz-server-side-encryption<\/ArgumentName><ArgumentValue>AES256</

/** Where S3 does not take the header, and refuses the request that has it. */
const ELSEWHERE: Readonly<Record<string, (system: System) => Promise<RawRequest>>> = {
  GetObject: async (system) => {
    await system.put(system.key, 'x')
    return system.signed({ key: system.key, headers: { [SSE]: 'AES256' } })
  },
  UploadPart: async (system) => {
    const query = { uploadId: await system.createUpload(), partNumber: '1' }
    const headers = { [SSE]: 'AES256' }
    return system.signed({ method: 'PUT', key: system.key, query, body: 'x', headers })
  },
  CompleteMultipartUpload: async (system) => {
    const uploadId = await system.createUpload()
    const etag = await system.uploadPart(uploadId, 1, 'x')
    return system.complete(uploadId, [[1, etag]], { [SSE]: 'AES256' })
  },
  ListObjectsV2: (system) =>
    system.signed({ query: { 'list-type': '2' }, headers: { [SSE]: 'AES256' } }),
}

const KEYS: readonly Case[] = [
  {
    title: "returns an object's key as an ARN",
    see: PAGES.recorded('test_s3_api'),
    request: put(kms()),
    headers: { ...UNDER_KEY, [BUCKET_KEY]: undefined },
    effect: headed({ ...UNDER_KEY, [BUCKET_KEY]: undefined }),
  },
  {
    title: 'uses the key `aws/s3` by default',
    see: KMS_PAGE,
    request: put({ [SSE]: 'aws:kms' }),
    headers: { [SSE]: 'aws:kms', [KEY_ID]: /^arn:aws:kms:[a-z0-9-]+:\d{12}:key\/[0-9a-f-]{36}$/ },
  },
  {
    title: 'encrypts in two layers',
    see: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/specifying-dsse-encryption.html',
    request: put({ ...kms(), [SSE]: 'aws:kms:dsse' }),
    headers: { [SSE]: 'aws:kms:dsse', [KEY_ID]: UNDER_KEY[KEY_ID] },
    effect: headed({ [SSE]: 'aws:kms:dsse' }),
  },
  {
    title: 'uses a bucket key when asked to',
    see: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/configuring-bucket-key-object.html',
    request: put(kms({ [BUCKET_KEY]: 'true' })),
    headers: { [BUCKET_KEY]: 'true' },
    effect: headed({ [BUCKET_KEY]: 'true' }),
  },
  {
    title: 'echoes the context only in the response to the request that sets it',
    see: PAGES.api('PutObject'),
    request: put(kms({ [CONTEXT]: CONTEXT_VALUE })),
    headers: { [CONTEXT]: CONTEXT_VALUE },
    effect: headed({ [SSE]: 'aws:kms', [CONTEXT]: undefined }),
  },
  {
    title: 'assigns an ETag that is not the MD5 under a KMS key',
    see: PAGES.api('Object'),
    request: put(kms()),
    headers: { etag: /^"(?!5d41402abc4b2a76b9719d911017c592)[0-9a-f]{32}"$/ },
    effect: stored('hello'),
  },
  {
    title: 'still checks the Content-MD5 of an object under a KMS key',
    see: PAGES.api('PutObject'),
    request: put(kms({ 'content-md5': 'XUFAKrxLKna5cZ2REBfFkg==' })),
  },
]

const FORMS_AND_PARTS = following(PAGES.recorded('test_s3'), [
  {
    title: "encrypts a form's file as the form says",
    see: `${CEPH} – test_sse_kms_post_object_authenticated_request`,
    request: (system) =>
      system.form({
        fields: kms({ [BUCKET_KEY]: 'true' }),
        conditions: [['starts-with', `$${SSE}`, '']],
      }),
    status: 204,
    headers: { ...UNDER_KEY, [BUCKET_KEY]: 'true' },
    effect: headed({ ...UNDER_KEY, [BUCKET_KEY]: 'true' }),
  },
  {
    title: "reports an upload's encryption when it is created",
    request: creating(kms({ [BUCKET_KEY]: 'true', [CONTEXT]: CONTEXT_VALUE })),
    headers: { ...UNDER_KEY, [BUCKET_KEY]: 'true', [CONTEXT]: CONTEXT_VALUE },
  },
  {
    title: "reports the upload's encryption with each part",
    request: async (system) => {
      const uploadId = await system.createUpload(kms())
      const query = { uploadId, partNumber: '1' }
      return system.signed({ method: 'PUT', key: system.key, query, body: 'hello' })
    },
    headers: { ...UNDER_KEY, etag: /^"(?!5d41402abc4b2a76b9719d911017c592)[0-9a-f]{32}"$/ },
  },
  {
    title: 'encrypts a multipart object as its upload declared',
    request: async (system) => {
      const uploadId = await system.createUpload(kms({ [BUCKET_KEY]: 'true' }))
      return system.complete(uploadId, [[1, await system.uploadPart(uploadId, 1, 'hello')]])
    },
    headers: { ...UNDER_KEY, [BUCKET_KEY]: 'true' },
    effect: headed({ ...UNDER_KEY, [BUCKET_KEY]: 'true', etag: /^"[0-9a-f]{32}-1"$/ }),
  },
])

const copy =
  (
    headers: Record<string, string>,
    to: 'itself' | 'copy' = 'copy',
    from: Record<string, string> = kms(),
  ) =>
  async (system: System) => {
    const source = to === 'itself' ? system.key : 'source'
    await system.put(source, 'hello', from)
    const address = `${system.bucket}/${encodeURIComponent(source)}`
    return system.signed({
      method: 'PUT',
      key: system.key,
      headers: { 'x-amz-copy-source': address, ...headers },
    })
  }

const COPIES = following(PAGES.recorded('test_s3'), [
  {
    title: "does not copy the source's encryption",
    request: copy({}),
    headers: UNDER_S3,
    effect: headed({ ...UNDER_S3, etag: '"5d41402abc4b2a76b9719d911017c592"' }),
  },
  {
    title: 'encrypts a copy when asked to',
    request: copy(kms({ [BUCKET_KEY]: 'true' }), 'copy', {}),
    headers: { ...UNDER_KEY, [BUCKET_KEY]: 'true' },
    effect: headed({ ...UNDER_KEY, [BUCKET_KEY]: 'true' }),
  },
  {
    title: 'copies an object onto itself to change its encryption',
    request: copy({}, 'itself'),
    effect: headed(UNDER_S3),
  },
  {
    title: 'copies an object onto itself with an encryption method, even the same',
    request: copy({ [SSE]: 'AES256' }, 'itself', {}),
    effect: headed(UNDER_S3),
  },
])

const customerKey = (of = '') => ({
  [`x-amz-${of}server-side-encryption-customer-algorithm`]: 'AES256',
  [`x-amz-${of}server-side-encryption-customer-key`]:
    'bW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW0=',
  [`x-amz-${of}server-side-encryption-customer-key-md5`]: 'IrFgmCaV7d6e5dy9XWNROA==',
})

/** Keys of the client's own (SSE-C), which new buckets block. */
const CUSTOMER_KEYS = following('https://github.com/boto/boto3/issues/982', [
  ...['GET', 'HEAD'].map((method) => ({
    title: `refuses ${method} with a customer-provided key for an object that needs none`,
    request: async (system: System) => {
      await system.put(system.key, 'hello')
      return system.signed({ method, key: system.key, headers: customerKey() })
    },
    status: method === 'GET' ? ('400 InvalidRequest' as const) : 400,
  })),
  {
    title: 'refuses to copy an object that needs no customer-provided key with one',
    request: copy(customerKey('copy-source-'), 'copy', {}),
    status: '400 InvalidRequest',
    body: /<Message>The encryption parameters are not applicable to this object\.</,
  },
  {
    title: 'refuses a part with a customer-provided key that the upload was not created with',
    see: PAGES.recorded('test_s3'),
    request: async (system) => {
      const query = { uploadId: await system.createUpload(), partNumber: '1' }
      const headers = customerKey()
      return system.signed({ method: 'PUT', key: system.key, query, body: 'hello', headers })
    },
    status: '400 InvalidRequest',
    body: /The multipart upload initiate requested encryption\. Subsequent part requests must/,
    effect: storedNothing,
  },
])

export const ENCRYPTION: readonly Case[] = [
  ...KEYS,
  ...FORMS_AND_PARTS,
  ...COPIES,
  ...CUSTOMER_KEYS,
  {
    ...refusal(
      'refuses an unknown encryption method',
      'https://github.com/bloomreach/s4cmd/issues/63',
      put({ [SSE]: 'aes:kms' }),
      /<Message>The encryption method specified is not supported</,
    ),
    effect: storedNothing,
  },
  ...['AES256', undefined].map(
    (method): Case => ({
      ...refusal(
        `refuses a KMS key with ${method ?? 'no encryption method'}`,
        `${CEPH} – test_put_obj_enc_conflict_s3_kms, test_sse_kms_not_declared`,
        put({ [KEY_ID]: KEY, ...(method ? { [SSE]: method } : {}) }),
        NEEDS_KMS,
      ),
      effect: storedNothing,
    }),
  ),
  refusal(
    'refuses a customer-provided key together with an encryption method',
    PAGES.recorded('test_s3'),
    put({ [SSE]: 'AES256', [`${SSE}-customer-algorithm`]: 'AES256' }),
    /<Message>Server Side Encryption with Customer provided key is incompatible with the encryption method specified<\/Message><ArgumentName>x-amz-server-side-encryption<\/ArgumentName><ArgumentValue>AES256</,
  ),
  ...['{"a":1}', '[]', 'no JSON'].map((context) =>
    refusal(
      `refuses the context ${context}`,
      'https://issues.apache.org/jira/browse/HADOOP-19197',
      put(kms({ [CONTEXT]: Buffer.from(context).toString('base64') })),
      /shall be Base64-encoded UTF-8 string holding JSON which represents a string-string map/,
    ),
  ),
  refusal(
    'refuses an invalid key',
    PAGES.recorded('test_s3'),
    put(kms({ [KEY_ID]: 'fake-key-id' })),
    /<Message>Invalid keyId 'fake-key-id'</,
    'KMS.NotFoundException',
  ),
  refusal(
    'refuses a key in another region',
    PAGES.recorded('test_s3'),
    put(kms({ [KEY_ID]: `arn:aws:kms:xx-nowhere-1:123456789012:key/${KEY}` })),
    /<Message>Invalid arn xx-nowhere-1</,
    'KMS.NotFoundException',
  ),
  ...Object.entries(ELSEWHERE).map(([operation, request]) =>
    refusal(
      `refuses an encryption method in ${operation}`,
      operation === 'UploadPart'
        ? 'https://github.com/irods/irods_resource_plugin_s3/issues/1838'
        : PAGES.seen('object_attributes'),
      request,
      NOT_HERE,
    ),
  ),
  refusal(
    'refuses a KMS key in GetObject',
    PAGES.seen('object_attributes'),
    async (system) => {
      await system.put(system.key, 'x')
      return system.signed({ key: system.key, headers: { [KEY_ID]: KEY } })
    },
    NEEDS_KMS,
  ),
]
