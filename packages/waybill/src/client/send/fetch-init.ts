/**
 * How runtimes without `XMLHttpRequest` send bytes. Only these runtimes load this chunk.
 *
 * @module
 */

import { whenRead } from '../file/file-source.ts'
import type { Outgoing, StorageRequest } from './storage-request.ts'

/** TypeScript's DOM library does not have `duplex` yet. */
type StreamingInit = Outgoing & { readonly duplex: 'half' }

/**
 * Reads the body into memory. Used for small requests, because reading a stream costs more than the
 * request in Node, and for all requests in runtimes that send streams without a length, which S3
 * rejects (Deno, Workers). In these runtimes, `fetch` cannot read our files on disk either.
 *
 * @param streams - Whether to send a stream of one piece, because Node copies other bodies twice.
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

/** Reads other bodies with `arrayBuffer`; an application's own `File` may support nothing else. */
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

/** Sends a stream with a length that we set, so that sent bytes can be counted (Node, Bun). */
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
