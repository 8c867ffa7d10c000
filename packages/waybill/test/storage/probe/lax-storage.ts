/**
 * A storage that does not enforce signed headers, over real HTTP: it drops what was not signed and hands the rest to
 * the local S3, which is how Ceph's radosgw judges such a request.
 *
 * @module
 */

import { createServer, type IncomingHttpHeaders, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface LaxStorage {
  readonly endpoint: string
  /** Names of the headers that were dropped. */
  readonly dropped: readonly string[]
}

/** @param drops - Which headers it does not look at, of those that were not signed. */
export async function startLaxStorage(
  behind: string,
  drops: (name: string, signed: readonly string[]) => boolean,
): Promise<LaxStorage> {
  const dropped: string[] = []
  const server = createServer((incoming, outgoing) => {
    const signed = signedHeaders(incoming.url ?? '', incoming.headers)
    const kept = Object.entries(incoming.headers).filter(([name]) => {
      if (!drops(name, signed)) return true
      dropped.push(name)
      return false
    })
    const headers = Object.fromEntries(kept)
    const url = new URL(incoming.url ?? '', behind)
    const forward = send(url, { method: incoming.method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    incoming.pipe(forward)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { endpoint: `http://127.0.0.1:${port}`, dropped }
}

function signedHeaders(url: string, headers: IncomingHttpHeaders): readonly string[] {
  const inQuery = new URL(url, 'http://storage').searchParams.get('X-Amz-SignedHeaders')
  const inHeader = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? '')?.[1]
  return (inQuery ?? inHeader ?? '').split(';')
}
