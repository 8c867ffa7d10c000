/**
 * Reads the documents in request bodies: XML, or a policy's JSON.
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

/**
 * S3's rules for a document. They are part of the operation's row in `operations/operation-table.ts`.
 */
export interface DocumentRules {
  /** The root element. Missing if the document is JSON. */
  readonly root?: string
  /** The headers of which S3 requires one, as worded in its error message. */
  readonly digest?: 'Content-MD5' | 'Content-MD5 OR x-amz-checksum-*'
  /**
   * The maximum size of the document in bytes.
   * @default 4 MiB, enough for S3's limits of 1,000 keys or 10,000 parts
   */
  readonly maxSize?: number
  /**
   * What the checksum headers belong to.
   * @default 'document'
   */
  readonly checksumOf?: 'document' | 'object'
}

/** A request, and the rules for its document. */
export interface DocumentCall {
  readonly request: S3Request
  readonly payload: Payload
  readonly document: DocumentRules | undefined
}

const MAX_DOCUMENT = 4 * 1024 * 1024

/**
 * Reads the document in a request's body, and checks it against the signature, `Content-MD5` and
 * checksum.
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
 * Reads the XML document in a request's body.
 *
 * @returns The root element.
 * @throws {S3Error} Like `readDocument`, and `MalformedXML` if the document has another root.
 */
export async function readXml(call: DocumentCall): Promise<XmlElement> {
  return parseDocument(await readDocument(call), call.document?.root ?? '')
}

/**
 * Parses an XML document.
 *
 * @param name - The name that the root element must have.
 * @returns The root element.
 * @throws {S3Error} `MalformedXML`
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
