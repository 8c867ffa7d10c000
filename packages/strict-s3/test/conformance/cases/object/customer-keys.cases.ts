/**
 * Keys of the client's own (SSE-C) where nothing is encrypted with one.
 *
 * @module
 */

import { type Case, storedNothing } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import type { RawRequest } from '../../request/raw-request.ts'
import type { System } from '../../system.ts'

/** S3's answer. */
const SEEN = 'https://github.com/boto/boto3/issues/982'

const key = (of = '') => ({
  [`x-amz-${of}server-side-encryption-customer-algorithm`]: 'AES256',
  [`x-amz-${of}server-side-encryption-customer-key`]:
    'MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=',
  [`x-amz-${of}server-side-encryption-customer-key-md5`]: 'KYvwGXoFFJ42a2u2GDWhwQ==',
})

const refusal = (title: string, request: (system: System) => Promise<RawRequest>): Case => ({
  title,
  see: SEEN,
  request: async (system) => {
    await system.put('plain', 'hello')
    return request(system)
  },
  status: 400,
  code: 'InvalidRequest',
})

export const CUSTOMER_KEYS: readonly Case[] = [
  refusal('gives no object that is not encrypted with the key sent', (system) =>
    system.signed({ key: 'plain', headers: key() }),
  ),
  refusal('copies no object that is not encrypted with the key sent', (system) =>
    system.signed({
      method: 'PUT',
      key: 'copy',
      headers: { ...key('copy-source-'), 'x-amz-copy-source': `${system.bucket}/plain` },
    }),
  ),
  {
    title: 'heads no object that is not encrypted with the key sent',
    see: PAGES.api('HeadObject'),
    request: async (system) => {
      await system.put(system.key, 'hello')
      return system.signed({ method: 'HEAD', key: system.key, headers: key() })
    },
    status: 400,
  },
  {
    title: 'takes no part under a key that the upload was not created with',
    see: PAGES.api('UploadPart'),
    request: async (system) => {
      const query = { uploadId: await system.createUpload(), partNumber: '1' }
      return system.signed({ method: 'PUT', key: system.key, query, body: 'hello', headers: key() })
    },
    status: 400,
    code: 'InvalidRequest',
    effect: storedNothing,
  },
]
