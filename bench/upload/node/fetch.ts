/**
 * The limits: bare `fetch`, one presigned PUT per file, six or twelve at a time, or one for each
 * sixth of a file; and with all that proves the files, each read once.
 *
 * A body is a stream of known length: it is faster than a `Blob` and needs less memory.
 *
 * @module
 */

import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { Readable } from 'node:stream'
import type { ReadableStream as NodeStream } from 'node:stream/web'
import { inLanes } from '../../harness/lanes.ts'
import { type BareAnswer, PATHS } from '../paths.ts'
import { type Form, type ReadFile, uploadProven } from '../proven.ts'
import type { NodeContestants, NodeTask } from './run.ts'

const CONNECTIONS = 6
let urls: readonly string[] = []

/** The contestants. */
export const CONTESTANTS: NodeContestants = {
  fetch: {
    prepare: ({ appUrl, paths }) => presign(appUrl, paths.length),
    upload: (task) => putAll(task, CONNECTIONS),
  },
  /** As many as Waybill in Node. */
  'fetch-12': {
    prepare: ({ appUrl, paths }) => presign(appUrl, paths.length),
    upload: (task) => putAll(task, 12),
  },
  /** Each connection sends a sixth of the file as a separate object. */
  'fetch-6': {
    prepare: ({ appUrl }) => presign(appUrl, CONNECTIONS),
    upload: ({ paths: [path = ''], size }) => {
      const length = Math.ceil(size / CONNECTIONS)
      return Promise.all(
        urls.map((url, index) => {
          const start = index * length
          return putRange(url, path, start, Math.min(size, start + length))
        }),
      )
    },
  },
  'fetch-proven': {
    upload: ({ appUrl, paths }) => uploadProven({ appUrl, read, send: post }, paths),
  },
}

async function presign(appUrl: string, count: number): Promise<void> {
  const body = JSON.stringify({ count })
  const answer = await fetch(`${appUrl}${PATHS.bare}`, { method: 'POST', body })
  const { puts } = (await answer.json()) as BareAnswer
  urls = puts
}

function putAll({ paths, size }: NodeTask, lanes: number): Promise<void> {
  return inLanes(paths, (path, index) => putRange(urls[index] ?? '', path, 0, size), lanes)
}

/** Sends the bytes from `start` up to, but not including, `end`. */
async function putRange(url: string, path: string, start: number, end: number): Promise<void> {
  const stream = createReadStream(path, { start, end: end - 1, highWaterMark: 256 * 1024 })
  const answer = await send('PUT', url, end - start, Readable.toWeb(stream))
  await answer.body?.cancel()
}

async function read(path: string): Promise<ReadFile> {
  return { name: basename(path), bytes: new Uint8Array(await readFile(path)) }
}

/** As one piece of a stream, which is what Node's `fetch` sends for the least CPU. */
async function post({ url, fields }: Form, { bytes }: ReadFile): Promise<void> {
  const boundary = `limit-${crypto.randomUUID()}`
  const disposition = `--${boundary}\r\nContent-Disposition: form-data; name=`
  const texts = Object.entries(fields).map(([name, text]) => `"${name}"\r\n\r\n${text}\r\n`)
  const head = [...texts, '"file"; filename="file"\r\n\r\n'].map((each) => disposition + each)
  const body = Buffer.concat([
    Buffer.from(head.join('')),
    bytes,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ])
  const stream = new ReadableStream({
    start(controller) {
      controller.enqueue(body)
      controller.close()
    },
  })
  const type = `multipart/form-data; boundary=${boundary}`
  const answer = await send('POST', url, body.length, stream, { 'content-type': type })
  await answer.text()
}

/** Node's `fetch` accepts Node's web streams, which TypeScript's DOM library does not have. */
async function send(
  method: string,
  url: string,
  length: number,
  body: ReadableStream | NodeStream,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const init: Omit<RequestInit, 'body'> & { body: ReadableStream | NodeStream; duplex: 'half' } = {
    method,
    headers: { 'content-length': String(length), ...headers },
    body,
    duplex: 'half',
  }
  const answer = await fetch(url, init as RequestInit)
  if (!answer.ok) throw new Error(`the response was ${answer.status}: ${await answer.text()}`)
  return answer
}
