/**
 * Responses that the proxy sends itself: S3's errors, and a web page.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 * @module
 */

import { buffer } from 'node:stream/consumers'
import { finished } from 'node:stream/promises'
import { S3Error } from 'waybill-s3'
import { errorXml } from 'waybill-s3/internal/s3-error'
import type { Exchange } from './exchange.ts'
import type { Refusal, RefusalOptions } from './fault.ts'

/** Reads the request body first, unless `early` is set. */
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

/** Imitates a bucket whose CORS rules allow this origin. */
function corsHeaders(origin: string | undefined): Record<string, string> {
  if (origin === undefined) return {}
  return {
    'access-control-allow-origin': origin,
    'access-control-expose-headers': 'ETag, x-amz-request-id',
    vary: 'Origin',
  }
}

const PAGE = '<!DOCTYPE html><html><form action="/login">Welcome to the train</form></html>'

/** Reads the request body first. Otherwise the connection would be reset. */
export async function givePage({ incoming, outgoing, received }: Exchange, status: number) {
  const body = await buffer(incoming).catch(() => undefined)
  received(body?.length ?? 0)
  if (outgoing.destroyed) return
  outgoing.writeHead(status, { 'content-type': 'text/html', 'content-length': PAGE.length })
  outgoing.end(PAGE)
}
