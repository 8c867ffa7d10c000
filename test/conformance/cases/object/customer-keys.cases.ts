/**
 * Keys of the client's own (SSE-C) where nothing is encrypted with one.
 *
 * @module
 */

import { type Case, storedNothing } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import type { RawRequest } from '../../request/raw-request.ts'
import type { World } from '../../system.ts'

/** S3's answer. */
const SEEN = 'https://github.com/boto/boto3/issues/982'

const key = (of = '') => ({
  [`x-amz-${of}server-side-encryption-customer-algorithm`]: 'AES256',
  [`x-amz-${of}server-side-encryption-customer-key`]:
    'MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=',
  [`x-amz-${of}server-side-encryption-customer-key-md5`]: 'KYvwGXoFFJ42a2u2GDWhwQ==',
})

const refusal = (title: string, request: (world: World) => Promise<RawRequest>): Case => ({
  title,
  see: SEEN,
  request: async (world) => {
    await world.put('plain', 'hello')
    return request(world)
  },
  status: 400,
  code: 'InvalidRequest',
})

export const CUSTOMER_KEYS: readonly Case[] = [
  refusal('gives no object that is not encrypted with the key sent', (world) =>
    world.signed({ key: 'plain', headers: key() }),
  ),
  refusal('copies no object that is not encrypted with the key sent', (world) =>
    world.signed({
      method: 'PUT',
      key: 'copy',
      headers: { ...key('copy-source-'), 'x-amz-copy-source': `${world.bucket}/plain` },
    }),
  ),
  {
    title: 'heads no object that is not encrypted with the key sent',
    see: PAGES.api('HeadObject'),
    request: async (world) => {
      await world.put(world.key, 'hello')
      return world.signed({ method: 'HEAD', key: world.key, headers: key() })
    },
    status: 400,
  },
  {
    title: 'takes no part under a key that the upload was not created with',
    see: PAGES.api('UploadPart'),
    request: async (world) => {
      const query = { uploadId: await world.createUpload(), partNumber: '1' }
      return world.signed({ method: 'PUT', key: world.key, query, body: 'hello', headers: key() })
    },
    status: 400,
    code: 'InvalidRequest',
    effect: storedNothing,
  },
]
