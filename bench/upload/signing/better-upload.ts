/**
 * Better Upload's own router behind `node:http`. Its routes are either for single requests or for parts; an
 * application that takes large files has one of each.
 *
 * @module
 */

import type { RequestListener } from 'node:http'
import { route } from '@better-upload/server'
import { toNodeHandler } from '@better-upload/server/adapters/node'
import { custom } from '@better-upload/server/clients'
import type { BucketAccess } from '../bucket.ts'

const MAX_FILE_SIZE = 5 * 1024 ** 3
/** Its default is three. */
const MAX_FILES = 1000

export function betterUploadSigning(access: BucketAccess): RequestListener {
  const limits = { maxFileSize: MAX_FILE_SIZE, multipleFiles: true, maxFiles: MAX_FILES }
  return toNodeHandler({
    client: custom({
      host: new URL(access.endpoint).host,
      ...access.credentials,
      region: access.region,
      secure: false,
      forcePathStyle: true,
    }),
    bucketName: access.bucket,
    routes: {
      small: route(limits),
      large: route({ ...limits, multipart: true }),
      'large-in-5-mib': route({ ...limits, multipart: true, partSize: 5 * 1024 ** 2 }),
    },
  })
}
