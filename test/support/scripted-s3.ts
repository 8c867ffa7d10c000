/**
 * An S3 that answers what the test says, call by call: a real HTTP server, for answers that the
 * local S3 never gives.
 *
 * @module
 */

import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import {
  createS3Context,
  type S3CallContext,
  type S3CallOptions,
} from '../../packages/waybill/src/storage/s3-call-context.ts'

export const NOW = new Date('2026-11-24T10:00:00Z')

export interface Received {
  readonly method: string
  /** Decoded, without the bucket. */
  readonly key: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** `lost`: the connection breaks in place of an answer. */
export type Reply =
  | 'lost'
  | {
      readonly status?: number
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: string | Buffer
    }

export interface ScriptedS3 {
  readonly context: S3CallContext
  readonly received: readonly Received[]
  /** How many connections were opened. */
  readonly connections: () => number
  /** How long it was waited between the tries, in milliseconds. */
  readonly waited: readonly number[]
}

/** @param script - The answers in order. A call beyond them is answered 418, and all are named. */
export async function startScriptedS3(
  script: readonly Reply[],
  options: Partial<S3CallOptions> & Pick<S3CallContext, 'remainingTimeMs'> = {},
): Promise<ScriptedS3> {
  const received: Received[] = []
  // The port may have been another test's, whose client still tries: it asks for another bucket.
  const bucket = `bucket-${randomUUID()}`
  const server = createServer(async (request, response) => {
    if (!request.url?.startsWith(`/${bucket}`)) {
      response.writeHead(404).end()
      return
    }
    received.push(await receive(request))
    answer(script[received.length - 1] ?? beyond(received), request, response)
  })
  let connections = 0
  server.on('connection', () => {
    connections += 1
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const waited: number[] = []
  const { remainingTimeMs, effects, ...given } = options
  const context = createS3Context({
    bucket,
    region: 'eu-west-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'the-secret-key' },
    effects: {
      now: () => NOW,
      randomBytes: (length) => new Uint8Array(length).fill(128),
      wait: async (ms) => void waited.push(ms),
      ...effects,
    },
    ...given,
  })
  const limited = remainingTimeMs ? { ...context, remainingTimeMs } : context
  return { context: limited, received, connections: () => connections, waited }
}

/** Says who has called: a test whose calls are right may have met those of another one. */
function beyond(received: readonly Received[]): Reply {
  const calls = received.map(({ method, key, headers }) => `${method} ${key} ${headers.host}`)
  return refusal(418, 'BeyondTheScript', calls.join(', '))
}

async function receive(request: IncomingMessage): Promise<Received> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://s3')
  const body: Buffer[] = []
  for await (const bytes of request) body.push(bytes)
  return {
    method: request.method ?? '',
    key: decodeURIComponent(pathname).replace(/^\/[^/]*\/?/, ''),
    query: Object.fromEntries(searchParams),
    headers: request.headers,
    body: Buffer.concat(body).toString(),
  }
}

function answer(reply: Reply, request: IncomingMessage, response: ServerResponse): void {
  if (reply === 'lost') {
    request.socket.destroy()
    return
  }
  // The clock of these tests stands; Node's does not.
  response.sendDate = false
  response.writeHead(reply.status ?? 200, { connection: 'close', ...reply.headers })
  response.end(reply.body)
}

/** A refusal, as S3 writes it. */
export function refusal(status: number, code: string, message = 'because'): Reply {
  const body = `<Error><Code>${code}</Code><Message>${message}</Message><Secret>x</Secret></Error>`
  return { status, body, headers: { 'x-amz-request-id': 'request-1' } }
}
