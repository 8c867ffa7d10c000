/**
 * The server of the application: the pages and the signing endpoints of the contestants.
 *
 * @module
 */

import { createReadStream } from 'node:fs'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { basename, join } from 'node:path'
import { type RunningServer, startServer } from 'waybill/node'
import { storageOrigins } from 'waybill/s3'
import type { BucketAccess } from './bucket.ts'
import { PATHS } from './paths.ts'
import { bareSigning } from './signing/bare.ts'
import { betterUploadSigning } from './signing/better-upload.ts'
import { jsonEndpoint } from './signing/json.ts'
import { uppySigning } from './signing/uppy.ts'
import { waybillSigning } from './signing/waybill.ts'

/** Starts the server. `pages` is the directory of the built scripts. */
export function startAppServer(
  host: string,
  access: BucketAccess,
  pages: string,
): Promise<RunningServer> {
  const named = { ...access, endpoint: `http://localhost:${new URL(access.endpoint).port}` }
  const endpoints: readonly (readonly [string, RequestListener])[] = [
    [PATHS.bare, bareSigning(access)],
    [PATHS.betterUpload, betterUploadSigning(access)],
    [PATHS.uppy, uppySigning(access)],
    [PATHS.waybill, waybillSigning(access, PATHS.waybill)],
    [PATHS.bothHosts, waybillSigning(named, PATHS.bothHosts)],
    [PATHS.storageOrigins, jsonEndpoint(async () => storageOrigins(named))],
  ]
  const listener: RequestListener = (request, response) => {
    const endpoint = endpoints.find(([path]) => request.url?.startsWith(path))
    if (endpoint) endpoint[1](request, response)
    else answerPage(request, response, pages)
  }
  return startServer(listener, { host })
}

/** Responds with a page (`/waybill`) or a script (`/waybill.js` and its imports). */
function answerPage(request: IncomingMessage, response: ServerResponse, pages: string): void {
  const name = basename(request.url ?? '/')
  if (name.endsWith('.js')) {
    response.setHeader('content-type', 'text/javascript')
    createReadStream(join(pages, name))
      .on('error', () => response.writeHead(404).end())
      .pipe(response)
    return
  }
  response.setHeader('content-type', 'text/html; charset=utf-8')
  response.end(
    `<!doctype html><title>${name}</title><input type="file" multiple>` +
      `<script type="module" src="/${name}.js"></script>`,
  )
}
