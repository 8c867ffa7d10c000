/**
 * S3's own refusals, as the proxy gives them in S3's place.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 * @module
 */

import { finished } from 'node:stream/promises'
import { S3Error } from 'waybill-s3'
import { errorXml } from 'waybill-s3/internal/s3-error'
import type { Exchange } from './exchange.ts'
import type { Refusal, RefusalOptions } from './fault.ts'

/** Reads the body first unless the refusal is early; a client that hangs up meanwhile gets none. */
export async function refuse(
  { incoming, outgoing, received }: Exchange,
  refusal: { readonly kind: Refusal } & RefusalOptions,
): Promise<void> {
  incoming.on('data', (chunk: Buffer) => received(chunk.length))
  if (!refusal.early) {
    await finished(incoming).catch(() => undefined)
  }
  if (outgoing.destroyed) return
  const error = new S3Error(refusal.kind)
  const body = errorXml(error, { RequestId: 'FAULT0000000000', HostId: 'fault' })
  outgoing.writeHead(error.status, {
    'content-type': 'application/xml',
    'content-length': Buffer.byteLength(body),
    ...(refusal.cors ? corsHeaders(incoming.headers.origin) : {}),
  })
  outgoing.end(body)
}

/** What a bucket's CORS configuration lets the page of that origin read. */
function corsHeaders(origin: string | undefined): Record<string, string> {
  if (origin === undefined) return {}
  return {
    'access-control-allow-origin': origin,
    'access-control-expose-headers': 'ETag, x-amz-request-id',
    vary: 'Origin',
  }
}
