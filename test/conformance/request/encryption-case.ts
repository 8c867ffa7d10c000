/**
 * Requests that say how an object is to be encrypted.
 *
 * @module
 */

import type { System } from '../system.ts'

export const SSE = 'x-amz-server-side-encryption'
export const KEY_ID = `${SSE}-aws-kms-key-id`
export const BUCKET_KEY = `${SSE}-bucket-key-enabled`
export const CONTEXT = `${SSE}-context`

/** A key that no account is likely to have; servers that ask KMS refuse it. */
export const KEY = '1234abcd-12ab-34cd-56ef-1234567890ab'

export const CONTEXT_VALUE = Buffer.from('{"tenant":"a"}').toString('base64')

export const kms = (more: Record<string, string> = {}) => ({
  [SSE]: 'aws:kms',
  [KEY_ID]: KEY,
  ...more,
})

/** What an answer says of an object under `KEY`. */
export const UNDER_KEY = {
  [SSE]: 'aws:kms',
  [KEY_ID]: new RegExp(`^arn:aws:kms:[a-z0-9-]+:\\d{12}:key/${KEY}$`),
}

export const UNDER_S3 = { [SSE]: 'AES256', [KEY_ID]: undefined, [BUCKET_KEY]: undefined }

export const encryptionDocument = (rule: string) =>
  `<ServerSideEncryptionConfiguration><Rule>${rule}</Rule></ServerSideEncryptionConfiguration>`

export const byDefault = (algorithm: string, more = '', rule = '') =>
  encryptionDocument(
    `<ApplyServerSideEncryptionByDefault><SSEAlgorithm>${algorithm}</SSEAlgorithm>${more}</ApplyServerSideEncryptionByDefault>${rule}`,
  )

export const KMS_BY_DEFAULT = byDefault(
  'aws:kms',
  `<KMSMasterKeyID>${KEY}</KMSMasterKeyID>`,
  '<BucketKeyEnabled>true</BucketKeyEnabled>',
)

export const putEncryption = (system: System, body: string) =>
  system.signed({ method: 'PUT', query: { encryption: '' }, body })

/** Asks under a default encryption of the bucket. */
export const under =
  (body: string, ask: (system: System) => ReturnType<System['signed']>) =>
  async (system: System) => {
    await system.expect(200, await putEncryption(system, body))
    return ask(system)
  }
