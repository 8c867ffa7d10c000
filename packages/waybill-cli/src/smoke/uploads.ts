/**
 * Uploads through the deployed signer as a browser would: a small file in a single request, and a
 * larger one in parts.
 *
 * @module
 */

import type { MultipartGrant, RuleHints, UploadGrant } from 'waybill'
import { parseCompleted, parseGrant, parseUploads } from 'waybill/internal/client'
import { isRecord } from 'waybill/internal/protocol'
import { exchange, isTaken, type Reply, shown } from 'waybill/internal/storage'
import { partUrl } from 'waybill-s3'
import { CRC64_OF_NOTHING, formatCrc64 } from 'waybill-s3/internal/crc64'
import { startCrc64 } from 'waybill-s3/internal/start-crc64'
import { readFirst } from './read-object.ts'
import { chooseSample } from './samples.ts'
import { fileSha256, type SignerReply, shownReply } from './signer-client.ts'
import { noteKey } from './smoke-objects.ts'
import type { Failure, LargeUpload, SmallUpload, SmokeRun } from './smoke-run.ts'

const SMALL_SIZE = 1_000
/** Files larger than 16 MiB are sent in parts. */
const LARGE_SIZE = 17 * 1024 ** 2

export async function sendSmall(run: SmokeRun): Promise<SmallUpload | Failure> {
  const asked = await ask(run, SMALL_SIZE)
  if ('failed' in asked) return asked
  const { grant, bytes } = asked
  if (grant.strategy === 'multipart') return wrong('a file of 1 KB was to go in parts')
  const fields = grant.strategy === 'post' ? grant.presignedPost.fields : {}
  const sent = await send(run, grant, bytes)
  const { stored } = sent
  if (!isTaken(stored)) return wrong(`S3 answers ${shown(stored)} to what the signer has signed`)
  const firstReads = await readFirst(run, grant.key)
  const done = await run.signer.call({
    method: 'POST',
    path: '/complete',
    body: { waybill: grant.waybill },
  })
  if (done.status !== 200) return wrong(`the signer answers ${shownReply(done)} to complete`)
  return {
    key: grant.key,
    ...(sent.formSize === undefined ? {} : { formSize: sent.formSize }),
    tokenSize: fields['X-Amz-Security-Token']?.length ?? 0,
    isTagged: fields.tagging !== undefined || grant.strategy === 'put',
    stored,
    firstReads,
  }
}

async function send(
  { s3 }: SmokeRun,
  grant: Exclude<UploadGrant, MultipartGrant>,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<{ readonly stored: Reply; readonly formSize?: number }> {
  if (grant.strategy === 'put') {
    const headers = { ...grant.headers }
    delete headers['content-length']
    return { stored: await exchange(s3, grant.url, { method: 'PUT', headers, body: bytes }) }
  }
  const { url, fields } = grant.presignedPost
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  form.append('file', new Blob([bytes]), 'smoke')
  const formSize = (await new Response(form).arrayBuffer()).byteLength - bytes.length
  return { stored: await exchange(s3, url, { method: 'POST', body: form }), formSize }
}

/** First tries to complete the upload with a wrong checksum. */
export async function sendLarge(run: SmokeRun): Promise<LargeUpload | Failure> {
  const asked = await ask(run, LARGE_SIZE)
  if ('failed' in asked) return asked
  const { grant, bytes } = asked
  if (grant.strategy !== 'multipart') return unseen(`17 MiB go by ${grant.strategy}, not in parts`)
  const partCount = Math.ceil(bytes.length / grant.partSize)
  for (let partNumber = 1; partNumber <= partCount; partNumber += 1) {
    const part = bytes.subarray((partNumber - 1) * grant.partSize, partNumber * grant.partSize)
    const url = partUrl(grant.parts, partNumber)
    const headers = { ...grant.parts.headers }
    delete headers['content-length']
    const stored = await exchange(run.s3, url, { method: 'PUT', headers, body: part })
    if (!isTaken(stored)) return wrong(`S3 answers ${shown(stored)} to part ${partNumber}`)
  }
  const complete = (crc64nvme: string) =>
    run.signer.call({
      method: 'POST',
      path: '/complete',
      body: { waybill: grant.waybill, uploadId: grant.uploadId, crc64nvme },
    })
  const refused = await complete(formatCrc64(CRC64_OF_NOTHING))
  const crc = await startCrc64()
  crc.update(bytes)
  const done = await complete(formatCrc64(crc.value))
  if (done.status !== 200) return wrong(`the signer answers ${shownReply(done)} to complete`)
  return { key: grant.key, partCount, wrong: refused, completed: parseCompleted(done.body) }
}

interface Asked {
  readonly grant: UploadGrant
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** Requests an upload and notes its key before anything is stored. */
async function ask(run: SmokeRun, size: number): Promise<Asked | Failure> {
  const rules = await run.signer.call({ method: 'GET', path: '/rules' })
  if (rules.status !== 200) return needsCaller(rules)
  const sample = chooseSample(readRules(rules.body), size, run.rule)
  if (!sample) {
    return unseen(
      `no rule takes text, MP4, PDF or CSV of ${size} bytes${run.rule ? ` under '${run.rule}'` : ''}`,
    )
  }
  const bytes = sample.make(size)
  const name = `${run.name}.${sample.extension}`
  const file = { name, size, type: sample.type, sha256: await fileSha256(bytes) }
  const reply = await run.signer.call({
    method: 'POST',
    body: { rule: sample.rule, files: [file] },
  })
  if (reply.status !== 201 && reply.status !== 200) return needsCaller(reply)
  const [upload] = parseUploads(reply.body, 1, parseGrant)
  if (!upload || upload instanceof Error) {
    const code = upload instanceof Error && 'code' in upload ? String(upload.code) : 'nothing'
    return wrong(`the signer answers ${code} to a file that its rule '${sample.rule}' takes`)
  }
  if (!upload.key.includes(run.name)) {
    return unseen(
      `rule '${sample.rule}' leaves the file's name out of the key: choose another with --rule`,
    )
  }
  await noteKey(run.s3, run.store.folder, upload.key)
  return { grant: upload, bytes }
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
  const said = `the signer answers ${shownReply(reply)}`
  if (reply.status !== 401 && reply.code !== 'UNAUTHENTICATED') return wrong(said)
  return unseen(`${said}: it wants to know the caller (WAYBILL_SMOKE_TOKEN)`)
}

function wrong(failed: string): Failure {
  return { failed, isWrong: true }
}

function unseen(failed: string): Failure {
  return { failed, isWrong: false }
}
