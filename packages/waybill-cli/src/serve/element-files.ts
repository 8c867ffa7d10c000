/**
 * Serves the bundle of `<waybill-upload>`, so that a page needs one script tag and no npm. Any page
 * may load it: it is public code.
 *
 * All files are read when the server starts and served from memory, so no path can lead out of the
 * directory.
 *
 * @module
 */

import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const ENTRY = 'element.js'
const CHUNKS = 'element/standalone'

export type ElementFiles = ReadonlyMap<string, ElementFile>

interface ElementFile {
  readonly bytes: Buffer
  readonly gzipped: Buffer
  readonly etag: string
  readonly headers: Readonly<Record<string, string>>
}

/** @returns The files by their path below the signer's URL, for example `/element.js`. */
export async function elementFiles(): Promise<ElementFiles> {
  const directory = fileURLToPath(new URL('.', import.meta.resolve(`waybill/${ENTRY}`)))
  const files = new Map<string, ElementFile>()
  // The folder is missing if `waybill` runs from its sources and was not built.
  const chunks = await readdir(join(directory, CHUNKS)).catch(() => [])
  if (chunks.length === 0) return files
  for (const name of [ENTRY, ...chunks.map((chunk) => `${CHUNKS}/${chunk}`)]) {
    files.set(`/${name}`, await readElementFile(directory, name))
  }
  return files
}

async function readElementFile(directory: string, name: string): Promise<ElementFile> {
  const bytes = await readFile(join(directory, name))
  const etag = `W/"${createHash('sha256').update(bytes).digest('base64url')}"`
  return {
    bytes,
    gzipped: gzipSync(bytes),
    etag,
    headers: {
      'content-type': 'text/javascript; charset=utf-8',
      // A chunk's name contains its hash. The entry names the current chunks.
      'cache-control': name === ENTRY ? 'no-cache' : 'public, max-age=31536000, immutable',
      etag,
      vary: 'accept-encoding',
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
    },
  }
}

export function sendElementFile(
  { bytes, gzipped, etag, headers }: ElementFile,
  { method, headers: asked }: IncomingMessage,
  response: ServerResponse,
): void {
  if (method !== 'GET' && method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' }).end()
  } else if (asked['if-none-match']?.includes(etag)) {
    response.writeHead(304, headers).end()
  } else {
    const isGzip = /\bgzip\b/.test(String(asked['accept-encoding']))
    const body = isGzip ? gzipped : bytes
    response.writeHead(200, {
      ...headers,
      'content-length': body.length,
      ...(isGzip ? { 'content-encoding': 'gzip' } : {}),
    })
    response.end(method === 'HEAD' ? undefined : body)
  }
}
