/**
 * Requests with bytes as runtimes without `XMLHttpRequest` send them. Loaded there alone.
 *
 * @module
 */

import type { SendRequest } from './send-request.ts'

/** `duplex` is in the Fetch standard and in Node, not yet in TypeScript's DOM library. */
type StreamingInit = RequestInit & { duplex: 'half' }

/**
 * For runtimes without `XMLHttpRequest` that send streams without a length, which S3 refuses
 * (Deno, Workers). Files on disk are no `Blob` that their `fetch` could read.
 *
 * @param read - Given, not imported: see "chunk" in docs/decisions.md.
 */
export async function wholeInit(
  request: SendRequest,
  read: (body: Blob) => Promise<ArrayBuffer>,
): Promise<RequestInit> {
  const body = new Uint8Array(await read(request.body))
  request.onBytes?.(body)
  const { method, headers, signal } = request
  return { method, headers, body, signal, redirect: 'manual' }
}

/**
 * A stream with a length of ours, so that bytes can be counted as they leave (Node, Bun).
 */
export function streamingInit({ method, headers, signal, ...request }: SendRequest): StreamingInit {
  return {
    method,
    headers: { ...headers, 'content-length': String(request.body.size) },
    body: watched(request),
    signal,
    redirect: 'manual',
    duplex: 'half',
  }
}

function watched({
  body,
  onSent,
  onBytes,
}: Pick<SendRequest, 'body' | 'onSent' | 'onBytes'>): ReadableStream<Uint8Array> {
  const reader = body.stream().getReader()
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
