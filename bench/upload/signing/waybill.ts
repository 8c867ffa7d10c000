/**
 * Waybill's own signer with its defaults.
 *
 * @module
 */

import type { RequestListener } from 'node:http'
import { uploadRule } from 'waybill'
import { toNodeHandler } from 'waybill/node'
import { createSigner } from 'waybill/signer'
import type { BucketAccess } from '../bucket.ts'

const SECRET = 'seals the waybills of a benchmark and of nothing else'

/** Makes the endpoint. */
export function waybillSigning(access: BucketAccess, basePath: string): RequestListener {
  const signer = createSigner({
    ...access,
    secret: SECRET,
    rules: { any: uploadRule({ types: ['*/*'], maxSize: '5 GiB', public: true }) },
    allowedOrigins: [],
  })
  return toNodeHandler(signer, { basePath })
}
