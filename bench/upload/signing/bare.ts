/**
 * The endpoint for bare `fetch`: presigned requests, made before the measurement.
 *
 * @module
 */

import type { RequestListener } from 'node:http'
import { presignPost, presignUrl } from 'waybill/s3'
import type { BucketAccess } from '../bucket.ts'
import { jsonEndpoint } from './json.ts'

/** Asks for presigned requests. */
export interface BareRequest {
  /** How many of each kind. */
  readonly count: number
}

/** The presigned requests. */
export interface BareAnswer {
  readonly puts: readonly string[]
  readonly posts: readonly { readonly url: string; readonly fields: Record<string, string> }[]
}

/** Makes the endpoint. */
export function bareSigning(access: BucketAccess): RequestListener {
  return jsonEndpoint(async (body) => {
    const { count } = body as BareRequest
    const keys = Array.from({ length: count }, () => crypto.randomUUID())
    return {
      puts: await Promise.all(keys.map((key) => presignPut(access, key))),
      posts: await Promise.all(keys.map((key) => presignPost({ ...access, key }))),
    }
  })
}

async function presignPut(access: BucketAccess, key: string): Promise<string> {
  return (await presignUrl({ ...access, method: 'PUT', key })).url
}
