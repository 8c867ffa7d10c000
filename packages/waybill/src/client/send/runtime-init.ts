/**
 * Requests with bytes as runtimes without `XMLHttpRequest` send them. Loaded there alone.
 *
 * @module
 */

import type { Outgoing, SendRequest } from './send-request.ts'

/** `duplex` is in the Fetch standard and in Node, not yet in TypeScript's DOM library. */
type StreamingInit = Outgoing & { readonly duplex: 'half' }

/**
 * For small requests, and for all in runtimes without `XMLHttpRequest` that send streams without a
 * length, which S3 refuses (Deno, Workers). Reads the body into memory: in Node, reading a stream
 * costs more than the request, and the `fetch` of the other runtimes cannot read our files on disk.
 *
 * @param whenRead - Given, not imported: see "chunk" in docs/project/decisions.md.
 * @param streams - Whether to send a stream of one piece: Node copies other bytes, twice.
 */
export async function wholeInit(
  request: SendRequest,
  whenRead: <Read>(read: () => Promise<Read>) => Promise<Read>,
  streams = false,
): Promise<Outgoing> {
  const body = await whenRead(() => bytesOf(request.body))
  request.onBytes?.(body)
  if (streams) return initWith(streamOf(body), request)
  const { method, headers, signal } = request
  return { method, headers, body, signal, redirect: 'manual' }
}

/** A form with a file that was given by its path, see `DiskFile`. */
interface Framed {
  readonly joined?: () => Promise<Uint8Array<ArrayBuffer>>
}

/** Other bodies are read with `arrayBuffer`: a `File` of the application may support only that. */
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

/** A stream with a length that we set, so that bytes can be counted as they leave (Node, Bun). */
export function streamingInit(request: SendRequest): StreamingInit {
  const reader = request.body.stream().getReader()
  const end = () => void reader.cancel().catch(() => {}) // it had failed before
  return { ...initWith(watched(reader, request), request), end }
}

function initWith(
  stream: ReadableStream<Uint8Array>,
  { method, headers, body, signal }: SendRequest,
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
  { onSent, onBytes }: Pick<SendRequest, 'onSent' | 'onBytes'>,
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
