/**
 * A signer by hand behind `node:http`.
 *
 * @module
 */

import type { RequestListener } from 'node:http'
import { USER_HEADER } from '../workload.ts'
import { type CheckedFile, checkCall, signForm } from './form.ts'

/** Makes the listener. */
export function handWritten(): RequestListener {
  return jsonListener((file) => signForm(file))
}

/** Makes a listener that reads the call, checks it, and answers what `sign` returns. */
export function jsonListener(sign: (file: CheckedFile) => unknown): RequestListener {
  return (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', async () => {
      try {
        const body: unknown = JSON.parse(Buffer.concat(chunks).toString())
        const file = checkCall(request.headers[USER_HEADER], body)
        const presignedPost = await sign(file)
        const text = JSON.stringify({ uploads: [{ strategy: 'post', presignedPost }] })
        response.writeHead(201, {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(text),
        })
        response.end(text)
      } catch (error) {
        response.writeHead(400).end(String(error))
      }
    })
  }
}
