/**
 * What a store enforces, phrased so that AWS does it: forms, signed headers, checksums, conditional
 * writes, tags. Each check stores objects in the run's folder.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/developerguide/sigv4-HTTPPOSTConstructPolicy.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
 * @module
 */

import {
  askSignedHeaders,
  callOnce,
  enforced,
  type HostedStore,
  hostedStore,
  isRefusal,
  isTaken,
  lacking,
  type PresignedForm,
  type PresignedPut,
  postForm,
  putPresigned,
  type S3CallContext,
  type StoreResponse,
  shown,
} from 'waybill/internal/storage'
import { CRC64_OF_NOTHING, formatCrc64 } from 'waybill-s3/internal/crc64'
import { sha256Base64 } from 'waybill-s3/internal/digest'
import { MORE_LIMITS } from 'waybill-s3/internal/multipart-limits'
import { startCrc64 } from 'waybill-s3/internal/running-crc64'
import { childOf, childrenOf, S3_XMLNS, textOf, xmlDocument } from 'waybill-s3/internal/xml'
import { type Check, differs, type Finding, notSeen, ok, seenByProbe } from './check.ts'
import type { Store } from './run.ts'

export interface StoreCheck extends Check<Store> {
  readonly name: string
}

const BODY = 'waybill doctor'
/** Bytes before the file: one value below S3's limit of 20 KB, and one above. */
const LONG_FORM = 19_000
const TOO_LONG_FORM = 24_000
/** @see https://docs.aws.amazon.com/AmazonS3/latest/developerguide/sigv4-HTTPPOSTForms.html */
export const FORM_LIMIT = MORE_LIMITS.maxFormFieldsSize

const TAGS = '<Tagging><TagSet><Tag><Key>probe</Key><Value>kept</Value></Tag></TagSet></Tagging>'
const CRC64 = { 'x-amz-checksum-algorithm': 'CRC64NVME', 'x-amz-checksum-type': 'FULL_OBJECT' }
const NO_FORMS = "use no forms here: singleRequest: 'put' in createSigner"
const NO_CHECKSUMS =
  'if the store refuses the checksum, set additionalChecksums: false in createSigner'

const CHECKS: readonly StoreCheck[] = [
  {
    name: 'form',
    title: 'Takes presigned POST forms',
    sent: 'a form that is as it was signed',
    fix: "singleRequest: 'put' in createSigner",
    see: async (store) => {
      const reply = await send(store, 'form', {})
      return isTaken(reply) ? ok(shown(reply)) : unaccepted(reply)
    },
  },
  {
    name: 'form-fields',
    title: 'Refuses a field that the policy does not name',
    sent: 'a form with an x-amz-meta-probe field more than was signed',
    fix: NO_FORMS,
    see: (store) => compare(store, 'form-fields', {}, { changed: { 'x-amz-meta-probe': 'no' } }),
  },
  {
    name: 'form-type',
    title: 'Refuses another Content-Type than was signed',
    sent: 'a form with text/html where text/plain was signed',
    fix: NO_FORMS,
    see: (store) => {
      const fields = { 'Content-Type': 'text/plain' }
      const wrong = { fields, changed: { 'Content-Type': 'text/html' } }
      return compare(store, 'form-type', { fields }, wrong)
    },
  },
  {
    name: 'form-size',
    title: 'Refuses a file beyond content-length-range',
    sent: `a form for ${BODY.length} bytes with a file of one byte more`,
    fix: NO_FORMS,
    see: (store) => {
      const conditions = [['content-length-range', BODY.length, BODY.length]] as const
      return compare(store, 'form-size', { conditions }, { conditions, body: `${BODY}!` })
    },
  },
  {
    name: 'form-checksum',
    title: 'Refuses a file with another SHA-256 than was signed',
    sent: 'a form whose x-amz-checksum-sha256 is of other bytes',
    fix: `nothing prevents here that a form that is used again stores other bytes, so trust only the arrival handler's verdict; ${NO_CHECKSUMS}`,
    see: async (store) => {
      const right = { fields: await checksumFields(BODY) }
      return compare(store, 'form-checksum', right, { fields: await checksumFields('others') })
    },
  },
  {
    name: 'form-tags',
    title: 'Keeps the tags of a form',
    sent: 'a form with a tagging field, then GET ?tagging',
    fix: 'pendingTag: false in createSigner',
    see: async (store) => {
      const reply = await send(store, 'form-tags', { fields: { tagging: TAGS } })
      return isTaken(reply) ? seeTags(store, 'form-tags', reply) : unaccepted(reply)
    },
  },
  {
    name: 'form-limit',
    title: 'Takes forms of up to 20 KB before the file',
    sent: `a form with ${LONG_FORM} bytes before the file, and one with ${TOO_LONG_FORM}`,
    fix: 'use short file names and metadata',
    see: async (store) => {
      const long = await send(store, 'form-limit', { changed: padding(LONG_FORM) })
      const longer = await send(store, 'form-limit', { changed: padding(TOO_LONG_FORM) })
      return isTaken(long)
        ? ok(`${shown(long)}; beyond the limit ${shown(longer)}`)
        : unaccepted(long)
    },
  },
  {
    name: 'put-headers',
    title: 'Refuses an x-amz-* header that was not signed',
    sent: 'a presigned PUT with an unsigned x-amz-meta-* header',
    fix: "singleRequest: 'post', and separate keys for clients: credentials and serverCredentials in createSigner",
    see: async ({ s3, folder }) => seenByProbe(await askSignedHeaders(s3, `${folder}put-headers`)),
  },
  {
    name: 'put-length',
    title: 'Refuses another Content-Length than was signed',
    sent: 'a presigned PUT with one byte more than was signed',
    fix: "singleRequest: 'post' in createSigner; otherwise sizes are compared only afterwards",
    see: (store) => {
      const signed = { 'content-length': String(BODY.length) }
      return comparePuts(store, 'put-length', { signed }, { signed, body: `${BODY}!` })
    },
  },
  {
    name: 'put-checksum',
    title: 'Refuses bytes with another SHA-256 than was signed',
    sent: 'a presigned PUT whose x-amz-checksum-sha256 is of other bytes',
    fix: NO_CHECKSUMS,
    see: async (store) => {
      const signed = async (bytes: string) => ({
        signed: { 'x-amz-checksum-sha256': await sha256Base64(bytes) },
      })
      return comparePuts(store, 'put-checksum', await signed(BODY), await signed('others'))
    },
  },
  {
    name: 'put-if-none-match',
    title: 'Refuses a second PUT with If-None-Match: *',
    sent: 'the same presigned PUT twice, with a signed If-None-Match: *',
    fix: 'conditionalWrites: false in createSigner',
    see: (store) => {
      const put = { signed: { 'if-none-match': '*' } }
      return comparePuts(store, 'put-if-none-match', put, put)
    },
  },
  {
    name: 'put-tags',
    title: 'Keeps the tags of a PUT',
    sent: 'a presigned PUT with a signed x-amz-tagging, then GET ?tagging',
    fix: 'pendingTag: false in createSigner',
    see: async (store) => {
      const reply = await put(store, 'put-tags', { signed: { 'x-amz-tagging': 'probe=kept' } })
      return isTaken(reply) ? seeTags(store, 'put-tags', reply) : unaccepted(reply)
    },
  },
  {
    name: 'versions',
    title: 'Keeps versions in this bucket',
    sent: 'a presigned PUT; x-amz-version-id is looked for',
    fix: 'nothing: without versions, an object that is overwritten is gone',
    see: async (store) => {
      const reply = await put(store, 'versions', {})
      if (!isTaken(reply)) return unaccepted(reply)
      const id = reply.header('x-amz-version-id')
      const isKept = id !== undefined && id !== 'null'
      return isKept
        ? ok(`${shown(reply)}, with a version`)
        : notSeen(`${shown(reply)}, without a version`)
    },
  },
  {
    name: 'multipart-checksum',
    title: 'Refuses to complete parts with another CRC64NVME',
    sent: 'a multipart upload with CRC64NVME declared, completed with a wrong one, then with the right one',
    fix: 'nothing: the signer compares sizes instead',
    see: seeMultipartChecksum,
  },
  {
    name: 'multipart-if-none-match',
    title: 'Refuses to complete over an object with If-None-Match: *',
    sent: 'CompleteMultipartUpload with If-None-Match: * for a new key, and for one that is there',
    fix: 'nothing: the signer looks before it completes',
    see: seeMultipartCondition,
  },
  {
    name: 'complete-twice',
    title: 'Completes once when asked twice at the same time',
    sent: 'two CompleteMultipartUpload at once',
    fix: 'nothing known: please report this row',
    see: seeTwoCompletions,
  },
  {
    name: 'cors-refusals',
    title: 'Sends CORS headers with 403 and 412',
    sent: "with a page's Origin: a PUT with a wrong signature, and one to a key that has an object",
    fix: 'nothing: a page then takes a refusal for a broken connection, and tries again',
    see: seeCorsOfRefusals,
  },
]

export const STORE_CHECKS: readonly StoreCheck[] = CHECKS.map((check) => ({
  ...check,
  see: async (store) => {
    const hosted = hostedStore(store.s3.location.endpoint)
    return hosted ? compareWithDocs(hosted, check, await check.see(store)) : check.see(store)
  },
}))

/**
 * Compares a finding with the documentation of the store's vendor. `createSigner` follows that, so a
 * feature that is missing as documented is no problem.
 */
function compareWithDocs(hosted: HostedStore, { name }: StoreCheck, finding: Finding): Finding {
  const isDocumented = documented(hosted, name)
  if (isDocumented === undefined || finding.verdict === 'not seen') return finding
  const isThere = finding.verdict === 'ok'
  if (isThere === isDocumented) return isThere ? finding : ok(finding.got)
  const got = `${finding.got}, but ${hosted.name} documents otherwise`
  if (isDocumented) return { ...finding, got }
  return differs(got, { fix: 'nothing: please report this row, so that Waybill can use it' })
}

/** @returns `undefined` if the vendor does not document what the check sees. */
function documented(
  { singleRequest, conditionalWrites, tags }: HostedStore,
  name: string,
): boolean | undefined {
  if (name.startsWith('form') && singleRequest === 'put') return false
  if (name === 'form') return singleRequest && true
  if (name === 'put-if-none-match') return conditionalWrites
  return name.endsWith('-tags') ? tags : undefined
}

export function storeCheck(name: string): StoreCheck {
  const found = STORE_CHECKS.find((check) => check.name === name)
  if (found) return found
  throw new RangeError(`there is no check '${name}'`)
}

/** Judges the responses to a valid and an invalid request. */
function compared(control: StoreResponse, trial: StoreResponse): Finding {
  return seenByProbe(enforced(control, trial))
}

/** The finding for a request that AWS accepts but this store did not. */
function unaccepted(reply: StoreResponse): Finding {
  return seenByProbe(lacking(reply))
}

type Form = Omit<PresignedForm, 'key' | 'body'> & { readonly body?: string }
type Put = Omit<PresignedPut, 'key' | 'body'> & { readonly body?: string }

function send({ s3, folder }: Store, name: string, form: Form): Promise<StoreResponse> {
  return postForm(s3, { body: BODY, ...form, key: `${folder}${name}` })
}

function put({ s3, folder }: Store, name: string, sent: Put): Promise<StoreResponse> {
  return putPresigned(s3, { body: BODY, ...sent, key: `${folder}${name}` })
}

async function compare(store: Store, name: string, right: Form, wrong: Form): Promise<Finding> {
  return compared(await send(store, name, right), await send(store, name, wrong))
}

async function comparePuts(store: Store, name: string, right: Put, wrong: Put): Promise<Finding> {
  return compared(await put(store, name, right), await put(store, name, wrong))
}

async function checksumFields(bytes: string): Promise<Record<string, string>> {
  return {
    'x-amz-checksum-algorithm': 'SHA256',
    'x-amz-checksum-sha256': await sha256Base64(bytes),
  }
}

/** A policy need not list `x-ignore-…` fields. The other fields take a little over a kilobyte. */
function padding(bytes: number): Record<string, string> {
  return { 'x-ignore-padding': 'x'.repeat(bytes - 1_500) }
}

/** Checks that an object has the tag `probe=kept`. */
async function seeTags(
  { s3, folder }: Store,
  name: string,
  stored: StoreResponse,
): Promise<Finding> {
  const read = await callOnce(s3, {
    method: 'GET',
    key: `${folder}${name}`,
    query: { tagging: '' },
  })
  if (!isTaken(read)) return unaccepted(read)
  const set = read.document && childOf(read.document, 'TagSet')
  const isKept = (set ? childrenOf(set, 'Tag') : []).some(
    (tag) => textOf(tag, 'Key') === 'probe' && textOf(tag, 'Value') === 'kept',
  )
  return isKept
    ? ok(`${shown(stored)}, the tag is there`)
    : differs(`${shown(stored)}, the tag is not there`)
}

interface ReadyUpload {
  readonly key: string
  readonly uploadId: string
  readonly etag: string
}

type Headers = Readonly<Record<string, string>>

/** @returns An upload with one part, or the response to the step that failed. */
async function prepare(
  { s3, folder }: Store,
  name: string,
  headers: Headers = {},
): Promise<ReadyUpload | StoreResponse> {
  const key = `${folder}${name}`
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
  { s3 }: Store,
  { key, uploadId, etag }: ReadyUpload,
  headers: Headers = {},
): Promise<StoreResponse> {
  const children = [
    { name: 'PartNumber', text: '1' },
    { name: 'ETag', text: etag },
  ]
  const body = xmlDocument({
    name: 'CompleteMultipartUpload',
    attributes: { xmlns: S3_XMLNS },
    children: [{ name: 'Part', children }],
  })
  const sent = { 'content-type': 'application/xml', ...headers }
  return callOnce(s3, { method: 'POST', key, query: { uploadId }, headers: sent, body })
}

async function completeOrAbort(
  store: Store,
  ready: ReadyUpload,
  headers: Headers,
): Promise<StoreResponse> {
  const reply = await complete(store, ready, headers)
  if (!isTaken(reply)) await abort(store.s3, ready)
  return reply
}

async function abort(
  s3: S3CallContext,
  { key, uploadId }: Pick<ReadyUpload, 'key' | 'uploadId'>,
): Promise<void> {
  await callOnce(s3, { method: 'DELETE', key, query: { uploadId } })
}

async function seeMultipartChecksum(store: Store): Promise<Finding> {
  const ready = await prepare(store, 'multipart-checksum', CRC64)
  if ('status' in ready) return unaccepted(ready)
  const declared = (value: string) => ({
    'x-amz-checksum-crc64nvme': value,
    'x-amz-checksum-type': 'FULL_OBJECT',
  })
  const wrong = await complete(store, ready, declared(formatCrc64(CRC64_OF_NOTHING)))
  if (isTaken(wrong)) return differs(`${shown(wrong)}, stored with a wrong one`)
  const crc = await startCrc64()
  crc.update(new TextEncoder().encode(BODY))
  const value = formatCrc64(crc.value)
  const right = await complete(store, ready, declared(value))
  const got = `${shown(wrong)}; with the right one ${shown(right)}`
  if (!isTaken(right)) {
    await abort(store.s3, ready)
    return isRefusal(right) ? differs(got) : notSeen(got)
  }
  const returned = right.document && textOf(right.document, 'ChecksumCRC64NVME')
  if (returned !== value) return differs(`${got}, which it does not return`)
  return isRefusal(wrong) ? ok(got) : notSeen(got)
}

async function seeMultipartCondition(store: Store): Promise<Finding> {
  const condition = { 'if-none-match': '*' }
  // Some stores refuse the header whether or not the object exists.
  const fresh = await prepare(store, 'multipart-if-none-match-new')
  if ('status' in fresh) return unaccepted(fresh)
  const control = await completeOrAbort(store, fresh, condition)
  const ready = await prepare(store, 'multipart-if-none-match')
  if ('status' in ready) return unaccepted(ready)
  const there = await put(store, 'multipart-if-none-match', {})
  const trial = await completeOrAbort(store, ready, condition)
  return isTaken(there) ? compared(control, trial) : unaccepted(there)
}

/** Error codes that the second of two completions may get. The signer handles each of them. */
const LATE_CODES: ReadonlySet<string> = new Set([
  'NoSuchUpload',
  'NoSuchKey',
  'ConditionalRequestConflict',
  'OperationAborted',
  'PreconditionFailed',
])

async function seeTwoCompletions(store: Store): Promise<Finding> {
  const ready = await prepare(store, 'complete-twice')
  if ('status' in ready) return unaccepted(ready)
  const replies = await Promise.all([complete(store, ready), complete(store, ready)])
  const got = replies.map(shown).join(' and ')
  if (!replies.some(isTaken)) {
    await abort(store.s3, ready)
    return replies.every(isRefusal) ? differs(got) : notSeen(got)
  }
  // A 5xx is acceptable because the signer retries it.
  const isKnown = (reply: StoreResponse) =>
    isTaken(reply) || LATE_CODES.has(reply.code) || reply.status >= 500
  return replies.every(isKnown) ? ok(got) : differs(got)
}

async function seeCorsOfRefusals(store: Store): Promise<Finding> {
  const { origin } = store
  if (origin === undefined) return notSeen("no origin of the bucket's CORS is known: --origin")
  const sent = { signed: { 'if-none-match': '*' }, unsigned: { origin } }
  const taken = await put(store, 'cors-refusals', sent)
  if (!isTaken(taken)) return unaccepted(taken)
  const spoil = (url: string) => url.replace(/.$/, (last) => (last === '0' ? '1' : '0'))
  const refused = await put(store, 'cors-refusals', { ...sent, spoil })
  const refusals = [refused, await put(store, 'cors-refusals', sent)]
  const isReadable = (reply: StoreResponse) =>
    [origin, '*'].includes(reply.header('access-control-allow-origin') ?? '')
  const got = refusals
    .map((reply) => `${shown(reply)} ${isReadable(reply) ? 'with' : 'without'} CORS headers`)
    .join(', ')
  if (refusals.some(({ status }) => status === 0 || status >= 500)) return notSeen(got)
  return refusals.every((reply) => !isTaken(reply) && isReadable(reply)) ? ok(got) : differs(got)
}
