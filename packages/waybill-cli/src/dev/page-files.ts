/**
 * Serves the demo page's files from `dist/demo`. They are read once and served from memory, so no
 * path can lead out of the directory.
 *
 * @module
 */

import { readdir, readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The path is the same from `src/dev` and `dist/dev`. */
export const BUILT_PAGE = fileURLToPath(new URL('../../dist/demo', import.meta.url))

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
}

const NOT_BUILT = 'The demo page is not built. Run npm run build, then start waybill dev again.\n'

export type Handler = (request: IncomingMessage, response: ServerResponse) => void

/**
 * @param directory - Must have no subdirectories.
 * @param storage - The origin that the page uploads to and plays files from.
 */
export async function pageFiles(directory: string, storage: string): Promise<Handler> {
  const files = await readFiles(directory)
  const headers = pageHeaders(storage)
  return (request, response) => {
    const path = request.url?.split('?', 1)[0] ?? '/'
    const file = files.get(path === '/' ? '/index.html' : path)
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { ...headers, allow: 'GET, HEAD' }).end()
    } else if (file) {
      response.writeHead(200, { ...headers, 'content-type': file.type }).end(file.bytes)
    } else {
      const text = files.size === 0 ? NOT_BUILT : `Not found: ${path}\n`
      response.writeHead(404, { ...headers, 'content-type': 'text/plain; charset=utf-8' }).end(text)
    }
  }
}

interface PageFile {
  readonly type: string
  readonly bytes: Buffer
}

async function readFiles(directory: string): Promise<ReadonlyMap<string, PageFile>> {
  const files = new Map<string, PageFile>()
  for (const name of await readdir(directory).catch(() => [])) {
    const type = TYPES[extname(name)]
    if (type) files.set(`/${name}`, { type, bytes: await readFile(join(directory, name)) })
  }
  return files
}

/** The page may connect only to this server and the storage, and no other page may frame it. */
function pageHeaders(storage: string): Readonly<Record<string, string>> {
  const policy = [
    "default-src 'none'",
    // WebAssembly computes the CRC64NVME of each part.
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    `connect-src 'self' ${storage}`,
    `img-src 'self' ${storage} blob:`,
    `media-src ${storage} blob:`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ]
  return {
    'content-security-policy': policy.join('; '),
    'cache-control': 'no-cache',
    'cross-origin-opener-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  }
}
