/**
 * Waybill's signer behind `toNodeHandler`.
 *
 * @module
 */

import type { RequestListener } from 'node:http'
import { type OnSignerEvent, uploadRule } from 'waybill'
import { toNodeHandler } from 'waybill/node'
import { createSigner } from 'waybill/signer'
import {
  BUCKET,
  CREDENTIALS,
  EXPIRES_IN_SECONDS,
  HEADERS,
  MAX_SIZE,
  PART_SIZE,
  REGION,
  RULE,
  TYPES,
  USER_HEADER,
} from '../workload.ts'

const SECRET = 'seals the waybills of a benchmark and of nothing else'

/** Makes the listener of a call that creates an upload. */
export function waybill(basePath: string, onEvent?: OnSignerEvent): RequestListener {
  const signer = createSigner({
    bucket: BUCKET,
    region: REGION,
    credentials: CREDENTIALS,
    secret: SECRET,
    rules: {
      [RULE]: uploadRule({
        types: [...TYPES],
        maxSize: MAX_SIZE,
        expiresInSeconds: EXPIRES_IN_SECONDS,
        authorize: ({ headers }) => {
          const owner = headers[USER_HEADER]
          return owner === undefined ? false : { owner }
        },
      }),
    },
    allowedOrigins: [HEADERS.origin ?? ''],
    ...(onEvent ? { onEvent } : {}),
  })
  return toNodeHandler(signer, { basePath })
}

/** Makes the listener of uploads in thousands of parts. `endpoint` is that of their S3. */
export function waybillOfParts(endpoint: string): RequestListener {
  const signer = createSigner({
    bucket: BUCKET,
    region: REGION,
    credentials: CREDENTIALS,
    endpoint,
    addressing: 'path',
    secret: SECRET,
    rules: { film: { types: ['video/mp4'], maxSize: '5 TiB', public: true } },
    allowedOrigins: [],
    partSize: PART_SIZE,
  })
  return toNodeHandler(signer)
}
