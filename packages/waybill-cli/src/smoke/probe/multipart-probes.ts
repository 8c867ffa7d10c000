/**
 * Probes of multipart uploads: the whole object's checksum, conditions, and two completions at the
 * same time.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
 * @module
 */

import type { S3CallContext } from 'waybill/internal/storage'
import {
  type AskedStore,
  BODY,
  callOnce,
  enforced,
  isRefusal,
  isTaken,
  lacking,
  type ProbeResult,
  putPresigned,
  type Reply,
  type StoreProbe,
  shown,
} from 'waybill/internal/storage'
import { CRC64_OF_NOTHING, formatCrc64 } from 'waybill-s3/internal/crc64'
import { startCrc64 } from 'waybill-s3/internal/start-crc64'
import { S3_XMLNS, textOf, xmlDocument } from 'waybill-s3/internal/xml'

/** Each probe aborts the uploads that it does not complete. */
export const MULTIPART_PROBES: readonly StoreProbe[] = [
  {
    name: 'multipart-checksum',
    asks: 'Refuses to complete parts with another CRC64NVME',
    sent: 'a multipart upload with CRC64NVME declared, completed with a wrong one, then with the right one',
    ask: comparesChecksum,
  },
  {
    name: 'multipart-if-none-match',
    asks: 'Refuses to complete over an object with If-None-Match: *',
    sent: 'CompleteMultipartUpload with If-None-Match: * for a new key, and for one that is there',
    ask: keepsWhatIsThere,
  },
  {
    name: 'complete-twice',
    asks: 'Completes once when asked twice at the same time',
    sent: 'two CompleteMultipartUpload at once',
    ask: completesOnce,
  },
]

const CRC64 = { 'x-amz-checksum-algorithm': 'CRC64NVME', 'x-amz-checksum-type': 'FULL_OBJECT' }

interface ReadyUpload {
  readonly key: string
  readonly uploadId: string
  readonly etag: string
}
/** @returns The upload, or the response to the step that failed. */
async function prepare(
  s3: S3CallContext,
  key: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<ReadyUpload | Reply> {
  const created = await callOnce(s3, { method: 'POST', key, query: { uploads: '' }, headers })
  const uploadId = created.document && textOf(created.document, 'UploadId')
  if (!isTaken(created) || uploadId === undefined) return created
  const query = { partNumber: '1', uploadId }
  const sent = await putPresigned(s3, { key, query, body: BODY })
  const etag = sent.header('etag')
  if (isTaken(sent) && etag !== undefined) return { key, uploadId, etag }
  await abort(s3, { key, uploadId })
  return sent
}

function complete(
  s3: S3CallContext,
  { key, uploadId, etag }: ReadyUpload,
  headers: Readonly<Record<string, string>> = {},
): Promise<Reply> {
  const part = { name: 'Part', children: [number('PartNumber', '1'), number('ETag', etag)] }
  const attributes = { xmlns: S3_XMLNS }
  const body = xmlDocument({ name: 'CompleteMultipartUpload', attributes, children: [part] })
  const sent = { 'content-type': 'application/xml', ...headers }
  return callOnce(s3, { method: 'POST', key, query: { uploadId }, headers: sent, body })
}

function number(name: string, text: string) {
  return { name, text }
}

async function abort(
  s3: S3CallContext,
  { key, uploadId }: Pick<ReadyUpload, 'key' | 'uploadId'>,
): Promise<void> {
  await callOnce(s3, { method: 'DELETE', key, query: { uploadId } })
}

async function crc64Of(text: string): Promise<string> {
  const crc = await startCrc64()
  crc.update(new TextEncoder().encode(text))
  return formatCrc64(crc.value)
}

async function comparesChecksum({ s3, folder }: AskedStore): Promise<ProbeResult> {
  const ready = await prepare(s3, `${folder}multipart-checksum`, CRC64)
  if ('status' in ready) return lacking(ready)
  const declared = (value: string) => ({
    'x-amz-checksum-crc64nvme': value,
    'x-amz-checksum-type': 'FULL_OBJECT',
  })
  const wrong = await complete(s3, ready, declared(formatCrc64(CRC64_OF_NOTHING)))
  if (isTaken(wrong)) return { outcome: 'no', answer: `${shown(wrong)}, stored with a wrong one` }
  const value = await crc64Of(BODY)
  const right = await complete(s3, ready, declared(value))
  const answer = `${shown(wrong)}; with the right one ${shown(right)}`
  if (!isTaken(right)) {
    await abort(s3, ready)
    return { outcome: isRefusal(right) ? 'no' : 'unknown', answer }
  }
  const returned = right.document && textOf(right.document, 'ChecksumCRC64NVME')
  if (returned !== value) return { outcome: 'no', answer: `${answer}, which it does not return` }
  return { outcome: isRefusal(wrong) ? 'yes' : 'unknown', answer }
}

async function keepsWhatIsThere({ s3, folder }: AskedStore): Promise<ProbeResult> {
  const condition = { 'if-none-match': '*' }
  // Some stores refuse the header whether or not the object exists.
  const fresh = await prepare(s3, `${folder}multipart-if-none-match-new`)
  if ('status' in fresh) return lacking(fresh)
  const control = await completeOrAbort(s3, fresh, condition)
  const key = `${folder}multipart-if-none-match`
  const ready = await prepare(s3, key)
  if ('status' in ready) return lacking(ready)
  const there = await putPresigned(s3, { key, body: BODY })
  const trial = await completeOrAbort(s3, ready, condition)
  return isTaken(there) ? enforced(control, trial) : lacking(there)
}

async function completeOrAbort(
  s3: S3CallContext,
  ready: ReadyUpload,
  headers: Readonly<Record<string, string>>,
): Promise<Reply> {
  const reply = await complete(s3, ready, headers)
  if (!isTaken(reply)) await abort(s3, ready)
  return reply
}

/** Error codes that the second of two completions may get. The signer handles each of them. */
const LATE_CODES: ReadonlySet<string> = new Set([
  'NoSuchUpload',
  'NoSuchKey',
  'ConditionalRequestConflict',
  'OperationAborted',
  'PreconditionFailed',
])

async function completesOnce({ s3, folder }: AskedStore): Promise<ProbeResult> {
  const ready = await prepare(s3, `${folder}complete-twice`)
  if ('status' in ready) return lacking(ready)
  const replies = await Promise.all([complete(s3, ready), complete(s3, ready)])
  const answer = replies.map(shown).join(' and ')
  const taken = replies.filter(isTaken).length
  if (taken === 0) {
    await abort(s3, ready)
    return { outcome: replies.every(isRefusal) ? 'no' : 'unknown', answer }
  }
  // A 5xx is acceptable because the signer retries it.
  const isKnown = replies.every(
    (reply) => isTaken(reply) || LATE_CODES.has(reply.code) || reply.status >= 500,
  )
  return { outcome: isKnown ? 'yes' : 'no', answer }
}
