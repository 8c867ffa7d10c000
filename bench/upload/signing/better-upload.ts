/**
 * Better Upload's router with `node:http`. A route is either for single requests or for parts, so
 * an application for large files has both.
 *
 * @module
 */

import type { RequestListener } from 'node:http'
import { route } from '@better-upload/server'
import { toNodeHandler } from '@better-upload/server/adapters/node'
import { custom } from '@better-upload/server/clients'
import type { BucketAccess } from '../bucket.ts'

const MAX_FILE_SIZE = 5 * 1024 ** 3
/** The most files of a request; the default is three. */
const MAX_FILES = 1000

/** Makes the endpoint. */
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
