/**
 * Uploads through the signer as a browser would: a small file in a single request, and a larger one
 * in parts. The files are a few bytes that match their type, followed by padding.
 *
 * @module
 */

import { Buffer } from 'node:buffer'
import type { MultipartGrant, RuleHints, UploadGrant } from 'waybill'
import { parseCompleted, parseGrant, parseUploads } from 'waybill/internal/client'
import { allowsContentType, isRecord } from 'waybill/internal/protocol'
import { callOnce, exchange, isTaken, type StoreResponse, shown } from 'waybill/internal/storage'
import { partUrl } from 'waybill-s3'
import { CRC64_OF_NOTHING, formatCrc64 } from 'waybill-s3/internal/crc64'
import { sha256Base64 } from 'waybill-s3/internal/digest'
import { startCrc64 } from 'waybill-s3/internal/running-crc64'
import { childOf, childrenOf, textOf } from 'waybill-s3/internal/xml'
import { noteKey } from './clean-up.ts'
import type { Failure, FirstReads, LargeUpload, SignerRun, SmallUpload, StackRun } from './run.ts'
import type { SignerReply } from './signer-client.ts'

export const SMALL_SIZE = 1_000
/** Files larger than 16 MiB are sent in parts. */
export const LARGE_SIZE = 17 * 1024 ** 2

export async function sendSmall(run: StackRun): Promise<SmallUpload | Failure> {
  const asked = await askNoted(run, SMALL_SIZE)
  if ('failed' in asked) return asked
  const { grant, bytes } = asked
  if (grant.strategy === 'multipart') return wrong('a file of 1 KB was to go in parts')
  const fields = grant.strategy === 'post' ? grant.presignedPost.fields : {}
  const { stored, formSize } = await sendWhole(run, grant, bytes)
  if (!isTaken(stored)) return wrong(`S3 answers ${shown(stored)} to what the signer has signed`)
  const firstReads = await readFirst(run, grant.key)
  const body = { waybill: grant.waybill }
  const done = await run.signer.call({ method: 'POST', path: '/complete', body })
  if (done.status !== 200) return wrong(`the signer answers ${shown(done)} to complete`)
  return {
    key: grant.key,
    ...(formSize === undefined ? {} : { formSize }),
    tokenSize: fields['X-Amz-Security-Token']?.length ?? 0,
    isTagged: fields.tagging !== undefined || grant.strategy === 'put',
    stored,
    firstReads,
  }
}

/** @param headers - Added to the request, for example an `Origin`. */
export async function sendWhole(
  { s3 }: Pick<SignerRun, 's3'>,
  grant: Exclude<UploadGrant, MultipartGrant>,
  bytes: Uint8Array<ArrayBuffer>,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly stored: StoreResponse; readonly formSize?: number }> {
  if (grant.strategy === 'put') {
    const { 'content-length': _, ...own } = grant.headers
    const sent = { method: 'PUT', headers: { ...own, ...headers }, body: bytes }
    return { stored: await exchange(s3, grant.url, sent) }
  }
  const { url, fields } = grant.presignedPost
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  form.append('file', new Blob([bytes]), 'doctor')
  const formSize = (await new Response(form).arrayBuffer()).byteLength - bytes.length
  return { stored: await exchange(s3, url, { method: 'POST', headers, body: form }), formSize }
}

export function sendPart(
  { s3 }: Pick<SignerRun, 's3'>,
  { parts, partSize }: MultipartGrant,
  bytes: Uint8Array<ArrayBuffer>,
  partNumber: number,
  added: Readonly<Record<string, string>> = {},
): Promise<StoreResponse> {
  const body = bytes.subarray((partNumber - 1) * partSize, partNumber * partSize)
  const { 'content-length': _, ...headers } = parts.headers
  const init = { method: 'PUT', headers: { ...headers, ...added }, body }
  return exchange(s3, partUrl(parts, partNumber), init)
}

/** First tries to complete the upload with a wrong checksum. */
export async function sendLarge(run: StackRun): Promise<LargeUpload | Failure> {
  const asked = await askNoted(run, LARGE_SIZE)
  if ('failed' in asked) return asked
  const { grant, bytes } = asked
  if (grant.strategy !== 'multipart') return unseen(`17 MiB go by ${grant.strategy}, not in parts`)
  const partCount = Math.ceil(bytes.length / grant.partSize)
  for (let partNumber = 1; partNumber <= partCount; partNumber += 1) {
    const stored = await sendPart(run, grant, bytes, partNumber)
    if (!isTaken(stored)) return wrong(`S3 answers ${shown(stored)} to part ${partNumber}`)
  }
  const { waybill, uploadId } = grant
  const complete = (crc64nvme: string) =>
    run.signer.call({ method: 'POST', path: '/complete', body: { waybill, uploadId, crc64nvme } })
  const refused = await complete(formatCrc64(CRC64_OF_NOTHING))
  const crc = await startCrc64()
  crc.update(bytes)
  const done = await complete(formatCrc64(crc.value))
  if (done.status !== 200) return wrong(`the signer answers ${shown(done)} to complete`)
  return { key: grant.key, partCount, wrong: refused, completed: parseCompleted(done.body) }
}

interface Asked {
  readonly grant: UploadGrant
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** Notes the key before anything is stored. */
async function askNoted(run: StackRun, size: number): Promise<Asked | Failure> {
  const asked = await askUpload(run, size)
  if ('failed' in asked) return asked
  const { key } = asked.grant
  if (!key.includes(run.name)) {
    return unseen("the rule leaves the file's name out of the key: choose another with --rule")
  }
  await noteKey(run.s3, run.folder, key)
  return asked
}

/** Requests an upload of a file that one of the rules accepts. */
export async function askUpload(run: SignerRun, size: number): Promise<Asked | Failure> {
  const rules = await run.signer.call({ method: 'GET', path: '/rules' })
  if (rules.status !== 200) return needsCaller(rules)
  const sample = chooseSample(readRules(rules.body), size, run.rule)
  if (!sample) {
    const types = KINDS.map(({ extension }) => extension).join(', ')
    const under = run.rule === undefined ? '' : ` under '${run.rule}'`
    return unseen(`no rule${under} takes one of these with ${size} bytes: ${types}`)
  }
  const bytes = sample.make(size)
  const name = `${run.name}.${sample.extension}`
  const file = { name, size, type: sample.type, sha256: await sha256Base64(bytes) }
  const body = { rule: sample.rule, files: [file] }
  const reply = await run.signer.call({ method: 'POST', body })
  if (reply.status !== 201 && reply.status !== 200) return needsCaller(reply)
  const [grant] = parseUploads(reply.body, 1, parseGrant)
  if (grant && !(grant instanceof Error)) return { grant, bytes }
  const said = grant ? `: ${grant.code}: ${grant.message}` : ''
  return wrong(`the signer refuses a file that its rule '${sample.rule}' takes${said}`)
}

function readRules(body: unknown): Readonly<Record<string, RuleHints>> {
  const rules = isRecord(body) && isRecord(body.rules) ? body.rules : {}
  return Object.fromEntries(
    Object.entries(rules).filter((entry): entry is [string, RuleHints] => isHints(entry[1])),
  )
}

function isHints(value: unknown): value is RuleHints {
  return isRecord(value) && Array.isArray(value.types) && typeof value.maxSize === 'number'
}

function needsCaller(reply: SignerReply): Failure {
  const said = `the signer answers ${shown(reply)}`
  if (reply.status !== 401 && reply.code !== 'UNAUTHENTICATED') return wrong(said)
  return unseen(`${said}: it wants to know the caller (WAYBILL_TOKEN)`)
}

function wrong(failed: string): Failure {
  return { failed, isWrong: true }
}

function unseen(failed: string): Failure {
  return { failed, isWrong: false }
}

interface Kind {
  /** Without a dot. */
  readonly extension: string
  readonly type: string
  make(size: number): Uint8Array<ArrayBuffer>
}

/** A picture of one pixel. */
const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const JPEG = '\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xd9'
/** A movie without frames, which consists of an `ftyp` and an `mdat` box. */
const MP4 = '\0\0\0 ftypisom\0\0\x02\0isomiso2avc1mp41\0\0\0\x08mdat'

const KINDS: readonly Kind[] = [
  kind('txt', 'text/plain', 'Waybill doctor.\n', ' '),
  kind('mp4', 'video/mp4', MP4, '\0'),
  kind('pdf', 'application/pdf', '%PDF-1.7\n%%EOF\n', '\n'),
  kind('csv', 'text/csv', 'waybill,doctor\n', '\n'),
  kind('png', 'image/png', Buffer.from(PNG, 'base64').toString('latin1'), '\0'),
  kind('jpg', 'image/jpeg', JPEG, '\0'),
]

/** @param start - One byte a character. */
function kind(extension: string, type: string, start: string, filling: string): Kind {
  const make = (size: number) => {
    const bytes = new Uint8Array(size).fill(filling.charCodeAt(0))
    bytes.set(Buffer.from(start, 'latin1').subarray(0, size))
    return bytes
  }
  return { extension, type, make }
}

/**
 * Chooses a file that one of the rules accepts.
 *
 * @param size - In bytes.
 * @param only - The name of the only rule to consider.
 */
function chooseSample(
  rules: Readonly<Record<string, RuleHints>>,
  size: number,
  only?: string,
): (Kind & { readonly rule: string }) | undefined {
  for (const [rule, { types, maxSize, minSize }] of Object.entries(rules)) {
    if (only !== undefined && rule !== only) continue
    if (size > maxSize || size < minSize) continue
    const found = KINDS.find(({ type }) => allowsContentType(types, type))
    if (found) return { rule, ...found }
  }
  return undefined
}

/** Reads the verdict last: if there already is one, the reads before it prove nothing. */
async function readFirst(run: StackRun, key: string): Promise<FirstReads> {
  const link = await readByLink(run, key)
  const delivery = await readDelivered(run, key)
  return { link, ...(delivery ? { delivery } : {}), verdict: (await readTags(run, key))?.waybill }
}

export async function readByLink({ s3 }: StackRun, key: string): Promise<StoreResponse> {
  const credentials = await s3.credentials()
  const link = { method: 'GET', key, credentials, expiresInSeconds: 60 } as const
  return exchange(s3, (await s3.presigner.presignUrl(link)).url, {})
}

/** Returns `undefined` if the deployment has no CloudFront distribution. */
export async function readDelivered(
  { s3, deployment }: StackRun,
  key: string,
): Promise<StoreResponse | undefined> {
  const { deliveryUrl } = deployment
  if (deliveryUrl === undefined) return undefined
  const path = key.split('/').map(encodeURIComponent).join('/')
  return exchange(s3, new URL(path, deliveryUrl).href, {})
}

/** Returns `undefined` if the tags cannot be read. */
export async function readTags(
  { s3 }: StackRun,
  key: string,
): Promise<Readonly<Record<string, string>> | undefined> {
  const reply = await callOnce(s3, { method: 'GET', key, query: { tagging: '' } })
  const set = reply.document && childOf(reply.document, 'TagSet')
  if (!isTaken(reply) || !set) return undefined
  return Object.fromEntries(
    childrenOf(set, 'Tag').map((tag) => [textOf(tag, 'Key') ?? '', textOf(tag, 'Value') ?? '']),
  )
}

const POLL_MS = 1_000

/** @returns The verdict and how long it took, or `undefined` if there was none in time. */
export async function waitForVerdict(
  run: StackRun,
  key: string,
): Promise<{ readonly verdict: string; readonly seconds: number } | undefined> {
  const started = run.s3.now().getTime()
  for (;;) {
    const verdict = (await readTags(run, key))?.waybill
    const passed = run.s3.now().getTime() - started
    if (isVerdict(verdict)) return { verdict, seconds: Math.round(passed / 100) / 10 }
    if (passed >= run.verdictMs) return undefined
    await run.s3.wait(POLL_MS)
  }
}

export function isVerdict(tag: string | undefined): tag is string {
  return tag === 'verified' || tag === 'rejected'
}
