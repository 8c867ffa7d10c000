/**
 * A stand-in for one AWS JSON service: a real HTTP server that checks each request's signature, then answers what the
 * test says. AWS itself cannot be had here.
 *
 * @module
 */

import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { canonicalRequest, signature, signingKey, stringToSign } from 'waybill-s3'
import { platformDigest } from '../../packages/waybill-s3/src/sigv4/digest.ts'

export interface ServiceCall {
  readonly target: string
  readonly body: unknown
}

export interface AwsService {
  readonly endpoint: string
  readonly calls: readonly ServiceCall[]
  close(): Promise<void>
}

export type Reply = { readonly status: number; readonly body: unknown }

/** @param reply - What to answer; called once for each call whose signature is right. */
export async function startAwsService(
  secretAccessKey: string,
  reply: (call: ServiceCall, count: number) => Reply,
): Promise<AwsService> {
  const calls: ServiceCall[] = []
  const server = createServer(async (request, response) => {
    const text = await bodyOf(request)
    if (!(await isSigned(request, text, secretAccessKey))) {
      response.writeHead(400).end('{"__type":"InvalidSignatureException","message":"not signed"}')
      return
    }
    const call = { target: String(request.headers['x-amz-target']), body: JSON.parse(text) }
    calls.push(call)
    const { status, body } = reply(call, calls.length)
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' })
    response.end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    endpoint: `http://127.0.0.1:${port}`,
    calls,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

export async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = ''
  request.setEncoding('utf8')
  for await (const chunk of request) text += chunk
  return text
}

/** @returns Whether the request is signed with the secret access key. */
export async function isSigned(
  { headers, method = '', url = '' }: IncomingMessage,
  body: string,
  secretAccessKey: string,
): Promise<boolean> {
  const match = /Credential=[^/]+\/([^,]+), SignedHeaders=([^,]+), Signature=(\w+)/.exec(
    headers.authorization ?? '',
  )
  const [, scope = '', names = '', given] = match ?? []
  const signed: Record<string, string> = {}
  for (const name of names.split(';')) signed[name] = String(headers[name])
  const { sha256Hex } = platformDigest()
  const request = canonicalRequest({
    method,
    path: url,
    query: '',
    headers: signed,
    payloadHash: await sha256Hex(body),
  })
  const text = stringToSign(String(headers['x-amz-date']), scope, await sha256Hex(request))
  return (await signature(await signingKey(secretAccessKey, scope), text)) === given
}
