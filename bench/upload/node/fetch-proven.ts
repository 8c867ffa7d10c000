/**
 * Bare `fetch` with all that proves the files, each read once.
 *
 * @module
 */

import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { type Form, type ReadFile, uploadProven } from '../proven.ts'
import type { NodeContestant } from './contestant.ts'

/** The contestant. */
export const contestant: NodeContestant = {
  upload: ({ appUrl, paths }) => uploadProven({ appUrl, read, send }, paths),
}

async function read(path: string): Promise<ReadFile> {
  return { name: basename(path), bytes: new Uint8Array(await readFile(path)) }
}

/** As one piece of a stream, which is what Node's `fetch` sends for the least CPU. */
async function send({ url, fields }: Form, { bytes }: ReadFile): Promise<void> {
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
  const init: RequestInit & { duplex: 'half' } = {
    method: 'POST',
    headers: {
      'content-length': String(body.length),
      'content-type': `multipart/form-data; boundary=${boundary}`,
    },
    body: stream,
    duplex: 'half',
  }
  const answer = await fetch(url, init)
  if (!answer.ok) throw new Error(`the response was ${answer.status}: ${await answer.text()}`)
  await answer.text()
}
