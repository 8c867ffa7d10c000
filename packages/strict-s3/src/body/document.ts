/**
 * Reads request bodies that are documents: XML, or the JSON of a bucket policy.
 *
 * @module
 */

import { S3Error } from 'waybill-s3'
import { parseXml, type XmlElement } from 'waybill-s3/internal/xml'
import type { Payload } from '../auth/payload.ts'
import { BodyDigests } from '../checksums/body-digests.ts'
import { DEFAULT_ALGORITHM } from '../checksums/checksum.ts'
import { checkChecksums, checksumDemand } from '../checksums/checksum-demand.ts'
import type { S3Request } from '../message/request.ts'
import { incomingBody } from './incoming-body.ts'

export interface DocumentRules {
  /** The root element's name. Omit it if the document is JSON. */
  readonly root?: string
  /** S3 requires one of these headers. The wording is S3's own. */
  readonly digest?: 'Content-MD5' | 'Content-MD5 OR x-amz-checksum-*'
  /**
   * In bytes.
   *
   * @default 4 MiB, enough for S3's limits of 1,000 keys or 10,000 parts
   */
  readonly maxSize?: number
  readonly checksumOf?: 'document' | 'object'
}

export interface DocumentCall {
  readonly request: S3Request
  readonly payload: Payload
  readonly document: DocumentRules | undefined
}

const MAX_DOCUMENT = 4 * 1024 * 1024

/**
 * Reads the document and verifies its signature, `Content-MD5` and checksum.
 *
 * @throws {S3Error} If the body, its digests or their headers are invalid.
 */
export async function readDocument({ request, payload, document }: DocumentCall): Promise<string> {
  const { digest, checksumOf = 'document', maxSize = MAX_DOCUMENT } = document ?? {}
  const demand = checksumOf === 'document' ? checksumDemand(request.headers) : {}
  if (digest !== undefined && demand.md5 === undefined && demand.algorithm === undefined) {
    throw new S3Error('InvalidRequest', `Missing required header for this request: ${digest}`)
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
 * @throws {S3Error} Like `readDocument`, and `MalformedXML` if the root element has a different
 *   name.
 */
export async function readXml(call: DocumentCall): Promise<XmlElement> {
  return parseDocument(await readDocument(call), call.document?.root ?? '')
}

/**
 * @param name - The root element's name. If omitted, any name is accepted.
 * @throws {S3Error} `MalformedXML` if the document is invalid or its root element has a different
 *   name.
 */
export function parseDocument(document: string, name?: string): XmlElement {
  let root: XmlElement
  try {
    root = parseXml(document)
  } catch (cause) {
    if (cause instanceof SyntaxError) throw new S3Error('MalformedXML')
    throw cause
  }
  if (name !== undefined && root.name !== name) throw new S3Error('MalformedXML')
  return root
}
