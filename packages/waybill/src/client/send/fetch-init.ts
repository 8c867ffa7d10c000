/**
 * Creates `fetch` options for runtimes without `XMLHttpRequest`. Only these runtimes load this
 * chunk.
 *
 * @module
 */

import { whenRead } from '../file/file-source.ts'
import type { Outgoing, StorageRequest } from './storage-request.ts'

/** TypeScript's DOM library does not have `duplex`. */
type StreamingInit = Outgoing & { readonly duplex: 'half' }

/**
 * Reads the body into memory. Node does this only for small requests, for which streaming would
 * cost more than the request itself. Deno and Workers do it for all requests, because they send
 * streams without the length that S3 requires. Deno's `fetch` cannot read a `DiskFile` either.
 *
 * @param streams - Whether to send a stream with a single chunk. Node copies other bodies twice.
 */
export async function wholeInit(request: StorageRequest, streams = false): Promise<Outgoing> {
  const body = await whenRead(() => bytesOf(request.body))
  request.onBytes?.(body)
  if (streams) return initWith(streamOf(body), request)
  const { method, headers, signal } = request
  return { method, headers, body, signal, redirect: 'manual' }
}

/** A form that contains a `DiskFile`. */
interface Framed {
  readonly joined?: () => Promise<Uint8Array<ArrayBuffer>>
}

/** Uses `arrayBuffer`, because an application's own `File` may not support anything else. */
async function bytesOf(body: Blob & Framed): Promise<Uint8Array<ArrayBuffer>> {
  return body.joined ? body.joined() : new Uint8Array(await body.arrayBuffer())
}

function streamOf(piece: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(piece)
      controller.close()
    },
  })
}

/** Streams the body with an explicit length, so that sent bytes can be counted (Node and Bun). */
export function streamingInit(request: StorageRequest): StreamingInit {
  const reader = request.body.stream().getReader()
  const end = () => void reader.cancel().catch(() => {}) // the stream had already failed
  return { ...initWith(watched(reader, request), request), end }
}

function initWith(
  stream: ReadableStream<Uint8Array>,
  { method, headers, body, signal }: StorageRequest,
): StreamingInit {
  return {
    method,
    headers: { ...headers, 'content-length': String(body.size) },
    body: stream,
    signal,
    credentials: 'omit',
    redirect: 'manual',
    duplex: 'half',
  }
}

function watched(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  { onSent, onBytes }: Pick<StorageRequest, 'onSent' | 'onBytes'>,
): ReadableStream<Uint8Array> {
  let sent = 0
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await reader.read()
      if (done) {
        controller.close()
        return
      }
      onBytes?.(value)
      controller.enqueue(value)
      sent += value.byteLength
      onSent(sent)
    },
    cancel: (reason) => reader.cancel(reason),
  })
}
