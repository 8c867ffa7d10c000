/**
 * A server that stands for one of AWS's, and the proxy with which one is made to answer wrongly. Real HTTP.
 *
 * @module
 */

import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
  request as sendRequest,
} from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Asked {
  readonly method: string
  /** Path and query, as they came. */
  readonly target: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  /** Access key of whoever signed, in header, query or form. */
  readonly signedBy: string | undefined
}

export interface Given {
  readonly status: number
  readonly headers?: Readonly<Record<string, string | string[] | undefined>>
  readonly body?: string | Buffer
}

export interface StandIn {
  readonly url: string
  close(): Promise<void>
}

export async function startStandIn(answer: (asked: Asked) => Promise<Given>): Promise<StandIn> {
  const server = createServer((request, response) => void respond(request, response, answer))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (asked: Asked) => Promise<Given>,
): Promise<void> {
  try {
    const given = await answer(await read(request))
    response.writeHead(given.status, { ...given.headers })
    response.end(given.body)
  } catch (error) {
    response.writeHead(599).end(String(error))
  }
}

async function read(request: IncomingMessage): Promise<Asked> {
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece)
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://stand-in')
  const { headers, method = '' } = request
  const body = Buffer.concat(pieces)
  const credential =
    /Credential=([^/]+)\//.exec(headers.authorization ?? '')?.[1] ??
    searchParams.get('X-Amz-Credential')?.split('/')[0] ??
    /name="X-Amz-Credential"\r\n\r\n([^/]+)\//.exec(body.toString('latin1'))?.[1]
  const target = request.url ?? '/'
  return {
    method,
    target,
    path: decodeURIComponent(pathname),
    query: searchParams,
    headers,
    body,
    signedBy: credential,
  }
}

/** Sends a request on, with the name of the host that it was sent to: signatures cover that. */
export function sendOn(
  to: string,
  asked: Pick<Asked, 'target' | 'method' | 'headers' | 'body'>,
): Promise<Required<Given>> {
  return new Promise((resolve, reject) => {
    const url = new URL(asked.target, to)
    const request = sendRequest(
      url,
      { method: asked.method, headers: asked.headers },
      (response) => {
        const pieces: Buffer[] = []
        response.on('data', (piece) => pieces.push(piece))
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(pieces),
          }),
        )
      },
    )
    request.on('error', reject)
    request.end(asked.body)
  })
}

/** A refusal of S3. */
export function refused(status: number, code: string): Given {
  return { status, body: `<Error><Code>${code}</Code><Message>as the test says</Message></Error>` }
}
