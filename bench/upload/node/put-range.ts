/**
 * The bare request: a presigned PUT of some bytes of a file, as a stream of known length, which is faster and smaller
 * than a `Blob`.
 *
 * @module
 */

import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { PATHS } from '../paths.ts'
import type { BareAnswer } from '../signing/bare.ts'

export async function presignedPuts(appUrl: string, count: number): Promise<readonly string[]> {
  const body = JSON.stringify({ count })
  const answer = await fetch(`${appUrl}${PATHS.bare}`, { method: 'POST', body })
  const { puts } = (await answer.json()) as BareAnswer
  return puts
}

/** Node's `fetch` takes Node's own web streams, which TypeScript's DOM library does not know. */
type StreamingInit = Omit<RequestInit, 'body'> & { body: ReadableStream; duplex: 'half' }

/** @param end - The first byte that is not sent. */
export async function putRange(
  url: string,
  path: string,
  start: number,
  end: number,
): Promise<void> {
  const stream = createReadStream(path, { start, end: end - 1, highWaterMark: 256 * 1024 })
  const init: StreamingInit = {
    method: 'PUT',
    headers: { 'content-length': String(end - start) },
    body: Readable.toWeb(stream),
    duplex: 'half',
  }
  const answer = await fetch(url, init as RequestInit)
  if (!answer.ok) throw new Error(`answered ${answer.status}: ${await answer.text()}`)
  await answer.body?.cancel()
}
