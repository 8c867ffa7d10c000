/**
 * Reads the XML documents in the bodies of requests.
 *
 * @module
 */

import { S3Error } from 'waybill-s3'
import { parseXml, type XmlElement } from 'waybill-s3/internal/xml'
import type { Payload } from '../auth/payload.ts'
import { BodyDigests } from '../checksums/body-digests.ts'
import { DEFAULT_ALGORITHM } from '../checksums/checksum.ts'
import { checkChecksums } from '../checksums/checksum-check.ts'
import { checksumDemand } from '../checksums/checksum-demand.ts'
import type { S3Request } from '../message/request.ts'
import { incomingBody } from './incoming-body.ts'

/** The largest document in bytes: enough for 1,000 keys or 10,000 parts, the limits of S3. */
const MAX_DOCUMENT = 4 * 1024 * 1024

/** How S3 names the missing digest in its message. */
export const ANY_DIGEST = 'Content-MD5 OR x-amz-checksum-*'

/**
 * Reads the document in the body of a request, and checks it against signature, `Content-MD5` and
 * checksum.
 *
 * @param options - `needsDigest`: S3 refuses some documents without a digest; this text is in its
 *   message. `ownChecksum: false`: the checksum headers belong to something else. `maxSize`: limit
 *   in bytes for a document that unsigned requests may send.
 * @throws {S3Error} The error of the body, its digests or their headers.
 */
export async function readDocument(
  { request, payload }: { readonly request: S3Request; readonly payload: Payload },
  options: {
    readonly needsDigest?: string
    readonly ownChecksum?: boolean
    readonly maxSize?: number
  } = {},
): Promise<string> {
  const { needsDigest, ownChecksum = true, maxSize = MAX_DOCUMENT } = options
  const demand = ownChecksum ? checksumDemand(request.headers) : {}
  if (needsDigest !== undefined && demand.md5 === undefined && demand.algorithm === undefined) {
    throw new S3Error('InvalidRequest', `Missing required header for this request: ${needsDigest}`)
  }
  const body = incomingBody(request, payload)
  if (body.size > maxSize) {
    throw new S3Error('MaxMessageLengthExceeded', undefined, {
      MaxMessageLengthBytes: String(maxSize),
    })
  }
  const running = await BodyDigests.start(demand.algorithm ?? DEFAULT_ALGORITHM)
  const chunks: Uint8Array[] = []
  try {
    for await (const chunk of body.chunks) {
      await running.update(chunk)
      chunks.push(chunk)
    }
    checkChecksums(demand, await running.end(), body.trailers)
  } finally {
    running.close()
  }
  return Buffer.concat(chunks).toString('utf8')
}

/**
 * Parses a document.
 *
 * @returns The root element.
 * @throws {S3Error} `MalformedXML` when the document has another root.
 */
export function parseDocument(document: string, name: string): XmlElement {
  let root: XmlElement
  try {
    root = parseXml(document)
  } catch (cause) {
    if (cause instanceof SyntaxError) throw new S3Error('MalformedXML')
    throw cause
  }
  if (root.name !== name) throw new S3Error('MalformedXML')
  return root
}
