/**
 * Injects a fault into a request or its response, as the fault proxy does on the way to the server.
 *
 * @module
 */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline, type Transform } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { S3Error } from 'waybill-s3'
import { isRefusal, type ServerFault } from '../faults/fault.ts'
import { cutAfter, flipByte, trickle, waitAfter } from '../faults/wire-streams.ts'
import type { HttpRequest } from '../message/request.ts'
import type { S3Response } from '../message/response.ts'
import type { Injected } from '../operations/handle-request.ts'
import { CLIENT_GONE } from './log.ts'
import { ClientGoneError } from './send.ts'
import { hasBody } from './slow-clients.ts'

export class FaultyExchange {
  readonly fault: ServerFault
  /** Whether the fault has closed the connection, so that no response can be sent. */
  isCut = false
  readonly #message: IncomingMessage
  readonly #response: ServerResponse
  /** Resolves when a stalled request may continue. */
  readonly #released: () => Promise<void>
  readonly #closed: AbortSignal

  constructor(
    fault: ServerFault,
    message: IncomingMessage,
    response: ServerResponse,
    released: (gone: Promise<unknown>) => Promise<void>,
  ) {
    const closed = new AbortController()
    const gone = new Promise<void>((resolve) => {
      response.once('close', () => {
        closed.abort()
        resolve()
      })
    })
    this.fault = fault
    this.#message = message
    this.#response = response
    this.#released = () => released(gone)
    this.#closed = closed.signal
  }

  /** What `handle` must do differently. */
  get injected(): Injected {
    const { fault } = this
    const skewMs = fault.kind === 'skew-clock' ? fault.skewMs : 0
    // A request without a body is complete as soon as its headers have arrived.
    if (fault.kind === 'reset-request' && !hasBody(this.#message)) {
      return { fault: fault.kind, skewMs, refusal: CLIENT_GONE, isEarly: true }
    }
    if (!isRefusal(fault)) return { fault: fault.kind, skewMs }
    const isEarly = fault.early ?? false
    return { fault: fault.kind, skewMs, refusal: new S3Error(fault.kind), isEarly }
  }

  /** Resolves to the request as the server receives it, as soon as it does. */
  async spoilRequest(request: HttpRequest): Promise<HttpRequest> {
    const { fault } = this
    const through = (stream: () => Transform) => ({ ...request, body: piped(request.body, stream) })
    switch (fault.kind) {
      case 'delay':
        await pause(fault.delayMs, undefined, { signal: this.#closed }).catch(() => {})
        return request
      case 'reset-request': {
        const bytes = Math.min(fault.afterBytes ?? 0, this.#bodySize - 1)
        return through(() => {
          const stream = cutAfter(bytes, () => {
            this.#reset()
            // The whole body may have arrived already, so its reader would wait forever.
            stream.destroy(new ClientGoneError())
          })
          return stream
        })
      }
      case 'stall-request':
        if (!hasBody(this.#message)) await this.#released()
        return through(() => waitAfter(fault.afterBytes ?? 0, this.#released))
      case 'slow-request':
        return through(() => trickle(this.#bodySize, fault.lastsMs))
      case 'flip-byte':
        return through(() => flipByte(fault.at))
      default:
        return request
    }
  }

  get #bodySize(): number {
    return Number(this.#message.headers['content-length'] ?? Number.POSITIVE_INFINITY)
  }

  /** Resolves to the response to send. If it must not be sent at all, cuts the connection. */
  async spoilResponse(response: S3Response): Promise<S3Response> {
    const { fault } = this
    switch (fault.kind) {
      case 'stall-response':
        await this.#released()
        return response
      case 'reset-request':
      case 'lose-response':
        await closeBody(response)
        this.#reset()
        return response
      case 'reset-response':
      case 'truncate-response':
        return this.#endWithin(response, fault.kind, fault.afterBytes ?? 0)
      default:
        return response
    }
  }

  async #endWithin(
    response: S3Response,
    kind: 'reset-response' | 'truncate-response',
    afterBytes: number,
  ): Promise<S3Response> {
    const { body, headers } = response
    const length =
      typeof body === 'string' ? Buffer.byteLength(body) : Number(headers['content-length'] ?? 0)
    const isReset = kind === 'reset-response'
    if (body === undefined || length === 0 || this.#message.method === 'HEAD') {
      await closeBody(response)
      if (isReset) this.#reset()
      else this.#close('HTTP/1.1 2')
      return response
    }
    const pieces = typeof body === 'string' ? [Buffer.from(body)] : body
    const end = () => {
      this.#response.flushHeaders()
      if (isReset) this.#reset()
      else this.#close()
    }
    return {
      ...response,
      headers: { ...headers, 'content-length': String(length) },
      body: firstBytes(pieces, Math.min(afterBytes, length - 1), end),
    }
  }

  /** Resets the connection, as a failing router would. */
  #reset(): void {
    this.isCut = true
    const { socket } = this.#message
    if ('encrypted' in socket) socket.destroy()
    else socket.resetAndDestroy()
  }

  /** Closes the connection without a reset, although the response is incomplete. */
  #close(lastWords = ''): void {
    this.isCut = true
    this.#message.socket.write(lastWords)
    this.#message.socket.destroySoon()
  }
}

function piped(
  body: AsyncIterable<Uint8Array>,
  stream: () => Transform,
): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]: () => {
      const transform = stream()
      // The iterator throws the error.
      pipeline(body, transform, () => {})
      return transform[Symbol.asyncIterator]()
    },
  }
}

/** @throws {ClientGoneError} After `bytes` bytes, because `end` closes the connection. */
async function* firstBytes(
  pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  bytes: number,
  end: () => void,
): AsyncGenerator<Uint8Array> {
  let left = bytes
  for await (const piece of pieces) {
    if (piece.length < left) {
      left -= piece.length
      yield piece
      continue
    }
    if (left > 0) yield piece.subarray(0, left)
    end()
    throw new ClientGoneError()
  }
}

/** An object stays open until the iteration over its bytes ends. */
async function closeBody({ body }: S3Response): Promise<void> {
  if (typeof body === 'object') await body[Symbol.asyncIterator]().return?.()
}
