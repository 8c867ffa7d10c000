/**
 * The bare request: a presigned PUT of a range of a file, as a stream of known length. A stream is
 * faster than a `Blob` and needs less memory.
 *
 * @module
 */

import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { PATHS } from '../paths.ts'
import type { BareAnswer } from '../signing/bare.ts'

/** Gets presigned PUTs from the application. */
export async function presignedPuts(appUrl: string, count: number): Promise<readonly string[]> {
  const body = JSON.stringify({ count })
  const answer = await fetch(`${appUrl}${PATHS.bare}`, { method: 'POST', body })
  const { puts } = (await answer.json()) as BareAnswer
  return puts
}

/** Node's `fetch` accepts Node's web streams, which TypeScript's DOM library does not have. */
type StreamingInit = Omit<RequestInit, 'body'> & { body: ReadableStream; duplex: 'half' }

/** Sends the bytes from `start` up to, but not including, `end`. */
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
  if (!answer.ok) throw new Error(`the response was ${answer.status}: ${await answer.text()}`)
  await answer.body?.cancel()
}
