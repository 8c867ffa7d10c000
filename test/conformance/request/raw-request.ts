/**
 * A request as it goes over the wire, and its answer. `node:http` and not `fetch`, because `fetch` corrects what a
 * hostile client would send: paths, lengths, repeated or missing headers.
 *
 * @module
 */

import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { parseXml, textOf, type XmlElement } from 'waybill-s3/internal/xml'

export interface RawRequest {
  readonly method: string
  /** Encoded, with its query string. */
  readonly path: string
  /** Names in lower case; `host` included. */
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array
}

export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** The body as a document, where it is one. */
  readonly xml?: XmlElement
  /** `<Code>` of an error document. */
  readonly code?: string
}

/** A server that is silent for this many milliseconds does not answer. */
const SILENT_MS = 10_000

/** The whole exchange must end within this many milliseconds. */
const WITHIN_MS = 60_000

/** The largest object that a case reads has a little more than 5 MiB. */
const MAX_BODY = 8 * 1024 * 1024

export interface ExchangeLimits {
  readonly withinMs?: number
  readonly signal?: AbortSignal | undefined
}

/**
 * @param endpoint - Origin.
 * @param ca - The authority of the server's certificate, in PEM.
 * @param limits - `withinMs` is for the whole exchange.
 */
export function exchange(
  endpoint: string,
  raw: RawRequest,
  ca?: string,
  { withinMs = WITHIN_MS, signal }: ExchangeLimits = {},
): Promise<Reply> {
  const url = new URL(endpoint)
  const open = url.protocol === 'https:' ? httpsRequest : httpRequest
  const length =
    raw.body && raw.headers['content-length'] === undefined && !raw.headers['transfer-encoding']
      ? { 'content-length': String(raw.body.length) }
      : {}
  return new Promise((resolve, reject) => {
    const outgoing = open({
      hostname: url.hostname,
      port: url.port,
      method: raw.method,
      path: raw.path,
      headers: { ...asBytes(raw.headers), ...length },
      setHost: false,
      agent: false,
      signal,
      ...(ca === undefined ? {} : { ca }),
    })
    const fail = (message: string) => {
      reject(new Error(message))
      outgoing.destroy()
    }
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = []
      let size = 0
      incoming.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size > MAX_BODY) fail(`the answer's body is larger than ${MAX_BODY} bytes`)
        else chunks.push(chunk)
      })
      incoming.on('error', reject)
      incoming.on('end', () => {
        const headers = Object.entries(incoming.headers).map(([name, value]) => [
          name,
          String(value),
        ])
        resolve(reply(incoming.statusCode ?? 0, Object.fromEntries(headers), Buffer.concat(chunks)))
      })
    })
    outgoing.on('error', reject)
    const lateAfter = (ms: number) => () => fail(`no complete answer within ${ms / 1000} seconds`)
    outgoing.setTimeout(SILENT_MS, lateAfter(SILENT_MS))
    const deadline = setTimeout(lateAfter(withinMs), withinMs)
    outgoing.on('close', () => clearTimeout(deadline))
    outgoing.end(raw.body)
  })
}

/** Node writes a header's characters as single bytes; clients send UTF-8. */
function asBytes(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Buffer.from(value).toString('latin1')]),
  )
}

function reply(status: number, headers: Record<string, string>, body: Buffer): Reply {
  const isXml = headers['content-type']?.includes('xml') && body.length > 0
  const xml = isXml ? parsed(body.toString('utf8')) : undefined
  if (!xml) return { status, headers, body }
  const code = xml.name === 'Error' ? textOf(xml, 'Code') : undefined
  return { status, headers, body, xml, ...(code === undefined ? {} : { code }) }
}

/** A server that does not know S3 may send anything. */
function parsed(text: string): XmlElement | undefined {
  try {
    return parseXml(text)
  } catch {
    return undefined
  }
}
