/**
 * The default encryption of a bucket.
 *
 * @module
 */

import { type Case, following, headed } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import {
  BUCKET_KEY,
  byDefault,
  encryptionDocument,
  KEY,
  KEY_ID,
  KMS_BY_DEFAULT,
  kms,
  putEncryption,
  SSE,
  UNDER_KEY,
  UNDER_S3,
  under,
} from '../../request/encryption-case.ts'
import { creating } from '../../request/multipart-case.ts'
import type { System } from '../../system.ts'

const SEEN = PAGES.seen('bucket_encryption')

const get = (system: System) => system.signed({ query: { encryption: '' } })

const put =
  (headers: Record<string, string> = {}) =>
  (system: System) =>
    system.signed({ method: 'PUT', key: system.key, body: 'hello', headers })

const SSE_S3 =
  /<ServerSideEncryptionConfiguration [^>]*><Rule><BucketKeyEnabled>false<\/BucketKeyEnabled><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256<\/SSEAlgorithm><\/ApplyServerSideEncryptionByDefault><BlockedEncryptionTypes><EncryptionType>SSE-C<\/EncryptionType><\/BlockedEncryptionTypes><\/Rule>/

const malformed = (title: string, body: string): Case => ({
  title,
  see: PAGES.recorded('test_s3_api'),
  request: (system) => putEncryption(system, body),
  status: '400 MalformedXML',
})

const RULE =
  '<ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault>'

export const BUCKET_ENCRYPTION = following(PAGES.recorded('test_s3_api'), [
  { title: 'has SSE-S3 by default', see: SEEN, request: get, body: SSE_S3 },
  {
    title: 'accepts a default encryption without a digest',
    see: PAGES.seen('request_checksums'),
    request: (system) => putEncryption(system, byDefault('AES256')),
    body: '',
  },
  {
    title: 'returns the default encryption',
    see: SEEN,
    request: under(byDefault('AES256'), get),
    body: SSE_S3,
  },
  {
    title: 'returns the key as it was set',
    request: under(KMS_BY_DEFAULT, get),
    body: new RegExp(
      `<BucketKeyEnabled>true</BucketKeyEnabled><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>${KEY}</KMSMasterKeyID></ApplyServerSideEncryptionByDefault>`,
    ),
  },
  {
    title: 'uses SSE-S3 again after the default is deleted',
    request: under(KMS_BY_DEFAULT, async (system) => {
      const remove = { method: 'DELETE', query: { encryption: '' } }
      await system.expectReply(204, remove)
      await system.expectReply(204, remove)
      return get(system)
    }),
    body: SSE_S3,
  },
  {
    title: "encrypts with the bucket's default",
    request: under(KMS_BY_DEFAULT, put()),
    headers: { ...UNDER_KEY, [BUCKET_KEY]: 'true' },
    effect: headed({ ...UNDER_KEY, [BUCKET_KEY]: 'true' }),
  },
  {
    title: "encrypts a form's file with the bucket's default",
    see: 'https://github.com/ceph/s3-tests/blob/HEAD/s3tests/functional/test_s3.py – test_sse_kms_default_post_object_authenticated_request',
    request: under(KMS_BY_DEFAULT, (system) => system.form()),
    status: 204,
    effect: headed(UNDER_KEY),
  },
  {
    title: "creates a multipart upload with the bucket's default",
    see: PAGES.recorded('test_s3'),
    request: under(KMS_BY_DEFAULT, creating()),
    headers: { ...UNDER_KEY, [BUCKET_KEY]: 'true' },
  },
  {
    title: 'encrypts with SSE-S3 if the request says so',
    see: PAGES.api('PutObject'),
    request: under(KMS_BY_DEFAULT, put({ [SSE]: 'AES256' })),
    headers: UNDER_S3,
    effect: headed(UNDER_S3),
  },
  {
    title: "does not use the bucket's key if the request names only the method",
    see: PAGES.api('PutObject'),
    request: under(KMS_BY_DEFAULT, put({ [SSE]: 'aws:kms' })),
    headers: { [SSE]: 'aws:kms', [KEY_ID]: new RegExp(`:key/(?!${KEY})`), [BUCKET_KEY]: 'true' },
  },
  {
    title: 'uses no bucket key if the request says so',
    see: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html',
    request: under(KMS_BY_DEFAULT, put(kms({ [BUCKET_KEY]: 'false' }))),
    headers: { ...UNDER_KEY, [BUCKET_KEY]: undefined },
  },
  {
    title: 'leaves existing objects unchanged when the default changes',
    see: PAGES.recorded('test_s3'),
    request: async (system) => {
      await system.put(system.key, 'hello')
      await system.expect(200, await putEncryption(system, KMS_BY_DEFAULT))
      return system.signed({ method: 'HEAD', key: system.key })
    },
    headers: UNDER_S3,
  },
  {
    title: 'copies an object onto itself if the bucket has a default',
    see: PAGES.recorded('test_s3'),
    request: under(byDefault('AES256'), async (system) => {
      await system.put(system.key, 'hello')
      const source = `${system.bucket}/${encodeURIComponent(system.key)}`
      return system.signed({
        method: 'PUT',
        key: system.key,
        headers: { 'x-amz-copy-source': source },
      })
    }),
  },
  {
    title: 'refuses objects if the default key is invalid',
    see: 'https://github.com/aws/aws-cli/issues/4507',
    request: under(byDefault('aws:kms', '<KMSMasterKeyID>aws/s3</KMSMasterKeyID>'), put()),
    status: '400 KMS.NotFoundException',
  },
  malformed('refuses a default encryption without a rule', '<ServerSideEncryptionConfiguration/>'),
  malformed(
    'refuses a default encryption with two rules',
    encryptionDocument(`${RULE}</Rule><Rule>${RULE}`),
  ),
  malformed('refuses an unknown default encryption', byDefault('AES128')),
  {
    title: 'refuses a default key without KMS',
    request: (system) =>
      putEncryption(system, byDefault('AES256', `<KMSMasterKeyID>${KEY}</KMSMasterKeyID>`)),
    status: '400 InvalidArgument',
    body: /<Message>a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse<\/Message><ArgumentName>ApplyServerSideEncryptionByDefault</,
  },
  ...['GET', 'PUT', 'DELETE'].map(
    (method): Case => ({
      title: `finds no default encryption for a missing bucket: ${method}`,
      see: PAGES.recorded('test_s3_api'),
      request: (system) =>
        system.signed({
          method,
          path: `/${system.absent}`,
          query: { encryption: '' },
          ...(method === 'PUT' ? { body: byDefault('AES256') } : {}),
        }),
      status: '404 NoSuchBucket',
    }),
  ),
])
