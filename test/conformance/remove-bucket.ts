import { createHash } from 'node:crypto'
import { childrenOf, textOf } from 'waybill-s3/internal/xml'
import type { RawRequest, Reply } from './request/raw-request.ts'
import { System, type Target } from './system.ts'

/** A list may have several pages, and some servers need a second attempt. */
const ATTEMPTS = 3

/** No case leaves so much that the removal needs more. A server can list keys without end. */
const MAX_REQUESTS = 500
const WITHIN_MS = 30_000

class LimitedSystem extends System {
  readonly #until = performance.now() + WITHIN_MS
  readonly #signal: AbortSignal | undefined
  #sent = 0

  constructor(target: Target, bucket: string, signal: AbortSignal | undefined) {
    super(target, bucket)
    this.#signal = signal
  }

  override async send(raw: RawRequest): Promise<Reply> {
    const leftMs = Math.ceil(this.#until - performance.now())
    this.#sent += 1
    if (leftMs <= 0 || this.#sent > MAX_REQUESTS) throw new Error('the removal takes too long')
    return super.send(raw, { withinMs: leftMs, signal: this.#signal })
  }
}

/**
 * Removes a bucket with everything in it, unless that takes too long. Returns whether it is gone.
 *
 * @param signal - Ends the removal.
 */
export async function removeBucket(
  target: Target,
  bucket: string,
  signal?: AbortSignal,
): Promise<boolean> {
  const system = new LimitedSystem(target, bucket, signal)
  try {
    if (await isDeleted(system)) return true
    // A policy may deny everything that follows.
    await system.reply({ method: 'DELETE', query: { policy: '' } })
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      await removeVersions(system, attempt)
      await abortUploads(system)
      if (await isDeleted(system)) return true
    }
    return false
  } catch {
    return false
  }
}

async function isDeleted(system: System): Promise<boolean> {
  const { status } = await system.reply({ method: 'DELETE' })
  return status === 204 || status === 200 || status === 404
}

async function removeVersions(system: System, attempt: number): Promise<void> {
  const encoded = { 'encoding-type': 'url' }
  const versions = await system.reply({ query: { versions: '', ...encoded } })
  const found = entriesOf(versions, 'Version', 'DeleteMarker')
  // Some servers do not delete the version `null` by its id.
  const isPlain = (id: string | undefined) => attempt > 0 && id === 'null'
  const named = found.map(({ key, id }) => ({ key, id: isPlain(id) ? undefined : id }))
  if (found.length > 0) return removeObjects(system, named)
  // Some servers have no versions.
  const objects = await system.reply({ query: { 'list-type': '2', ...encoded } })
  await removeObjects(system, entriesOf(objects, 'Contents'))
}

interface Entry {
  readonly key: string
  readonly id: string | undefined
}

function entriesOf({ xml }: Reply, ...names: readonly string[]): readonly Entry[] {
  if (!xml) return []
  // Some servers do not know `encoding-type`.
  const isEncoded = textOf(xml, 'EncodingType') === 'url'
  const keyOf = (text: string) => (isEncoded ? decodeURIComponent(text.replaceAll('+', ' ')) : text)
  return names
    .flatMap((name) => childrenOf(xml, name))
    .map((each) => ({
      key: keyOf(textOf(each, 'Key') ?? ''),
      id: textOf(each, 'VersionId') ?? textOf(each, 'UploadId'),
    }))
}

const HOLD_OFF = '<LegalHold><Status>OFF</Status></LegalHold>'

async function removeObjects(system: System, entries: readonly Entry[]): Promise<void> {
  for (const { key, id } of entries) {
    const version: Record<string, string> = id === undefined ? {} : { versionId: id }
    const ask = { method: 'DELETE', key, query: version }
    const { status } = await system.reply(ask)
    if (status < 400) continue
    // The version is locked. A legal hold must be taken off first.
    await system.reply({
      method: 'PUT',
      key,
      query: { 'legal-hold': '', ...version },
      headers: { 'content-md5': createHash('md5').update(HOLD_OFF).digest('base64') },
      body: HOLD_OFF,
    })
    // S3 refuses this header in buckets without Object Lock.
    const headers = { 'x-amz-bypass-governance-retention': 'true' }
    await system.reply({ ...ask, headers })
  }
}

async function abortUploads(system: System): Promise<void> {
  const query = { uploads: '', 'encoding-type': 'url' }
  const listed = await system.reply({ query })
  for (const { key, id: uploadId = '' } of entriesOf(listed, 'Upload')) {
    await system.reply({ method: 'DELETE', key, query: { uploadId } })
  }
}
