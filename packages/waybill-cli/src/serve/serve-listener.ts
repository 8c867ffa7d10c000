/**
 * Answers the requests to `waybill serve`: calls to the signer, `GET /healthz`, and the files of the
 * element. Writes one log line for each request, with the id that events and error messages have.
 *
 * @module
 */

import { randomUUID } from 'node:crypto'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { isRequestId } from 'waybill/internal/signer'
import { toNodeHandler } from 'waybill/node'
import type { Signer, SignerOptions } from 'waybill/signer'
import { type ElementFiles, sendElementFile } from './element-files.ts'

export type Log = (line: object) => void

interface Served {
  readonly signer: Pick<Signer, 'handle'>
  readonly basePath: string
  readonly element: ElementFiles
  /** The signer works only if it gets both. */
  readonly needed: Pick<SignerOptions, 'secret' | 'credentials'>
  readonly log: Log
  onError(error: unknown): void
}

const HEALTH_PATH = '/healthz'
const ID_HEADER = 'x-request-id'
/** In characters. Longer paths are not the signer's. */
const LOGGED_PATH = 200

export function serveListener({
  signer,
  basePath,
  element,
  needed,
  log,
  onError,
}: Served): RequestListener {
  const withId: Served['signer'] = {
    handle: (request, call) => {
      const requestId = request.headers[ID_HEADER]
      return signer.handle(request, { ...call, ...(requestId === undefined ? {} : { requestId }) })
    },
  }
  const handler = toNodeHandler(withId, { basePath, onError })
  return (request, response) => {
    const path = request.url?.split('?', 1)[0] ?? '/'
    if (path === HEALTH_PATH) return void answerHealth(needed, response, onError)
    logRequest(request, response, path, log)
    const file = path.startsWith(basePath) && element.get(path.slice(basePath.length))
    if (file) sendElementFile(file, request, response)
    else handler(request, response)
  }
}

/** The query is left out, because it can contain the names of files. */
function logRequest(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  log: Log,
): void {
  const startedMs = performance.now()
  const given = request.headers[ID_HEADER]
  const id = isRequestId(given) ? given : randomUUID()
  request.headers[ID_HEADER] = id
  response.setHeader(ID_HEADER, id)
  response.once('close', () => {
    log({
      id,
      type: 'request',
      method: request.method,
      path: path.slice(0, LOGGED_PATH),
      status: response.statusCode,
      ms: Math.round(performance.now() - startedMs),
      ...(response.writableFinished ? {} : { aborted: true }),
      at: new Date(),
    })
  })
}

/** Anyone can read the response, so the reasons are only in the log. */
async function answerHealth(
  needed: Served['needed'],
  response: ServerResponse,
  onError: Served['onError'],
): Promise<void> {
  const missing: string[] = []
  for (const name of ['secret', 'credentials'] as const) {
    const value = needed[name]
    try {
      if (typeof value === 'function') await value()
    } catch (error) {
      onError(error)
      missing.push(name)
    }
  }
  const isHealthy = missing.length === 0
  response.writeHead(isHealthy ? 200 : 503, {
    'content-type': 'application/json',
    'cache-control': 'no-store',
  })
  response.end(JSON.stringify(isHealthy ? { ok: true } : { ok: false, missing }))
}
