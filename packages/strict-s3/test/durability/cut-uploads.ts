/**
 * Uploads of every kind, to a server that is killed meanwhile: what was answered, what was cut, and so what may be and
 * what must be there afterwards.
 *
 * @module
 */

import { createHash, randomBytes } from 'node:crypto'
import type { RawRequest, Reply } from '../../../../test/conformance/request/raw-request.ts'
import type { System } from '../../../../test/conformance/system.ts'
import { textOf } from '../../../waybill-s3/src/xml.ts'

export const OPERATIONS = [
  'PutObject',
  'PostObject',
  'CreateMultipartUpload',
  'UploadPart',
  'CompleteMultipartUpload',
] as const

export type Operation = (typeof OPERATIONS)[number]

/** What a key may hold, by the SHA-256 of it. */
export interface Slot {
  /** What it held when the server started; `undefined` when nothing. */
  readonly before: string | undefined
  /** What has been sent since. */
  readonly sent: Set<string>
  /** One of those was answered with success, so it holds one of them. */
  answered: boolean
}

/** A multipart upload whose id was answered. */
export interface MultipartUpload {
  readonly key: string
  /** Of the parts that were answered, by part number. Quoted. */
  readonly etags: Map<number, string>
  completion?: 'sent' | 'answered'
}

const KEYS = Array.from({ length: 7 }, (_, index) => `object-${index}`)
const MIN_PART_SIZE = 5 * 1024 * 1024

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

const someBytes = () => randomBytes(1 + Math.floor(Math.random() * 600_000))

export class CutUploads {
  readonly slots = new Map<string, Slot>()
  readonly multipart = new Map<string, MultipartUpload>()
  /** Operations that were cut, not those that found no server any more. */
  readonly cut = new Set<Operation>()
  readonly #system: System
  readonly #onSend: (operation: Operation) => void

  /**
   * @param held - What the server's objects are, by key.
   * @param onSend - Told of each request.
   */
  constructor(
    system: System,
    held: ReadonlyMap<string, string>,
    onSend: (operation: Operation) => void,
  ) {
    this.#system = system
    this.#onSend = onSend
    for (const key of KEYS) {
      this.slots.set(key, { before: held.get(key), sent: new Set(), answered: false })
    }
  }

  /** Sends `count` uploads at once; done when each has been answered or cut. */
  async run(count: number): Promise<void> {
    const uploads = Array.from({ length: count }, (_, index) => {
      const key = KEYS[index % KEYS.length] ?? ''
      if (index % 4 === 0) return this.#put(key)
      if (index % 4 === 1) return this.#post(key)
      return this.#inParts(
        key,
        index % 8 === 2 ? [randomBytes(MIN_PART_SIZE), someBytes()] : [someBytes()],
      )
    })
    await Promise.all(uploads)
  }

  async #put(key: string): Promise<void> {
    const body = someBytes()
    const request = await this.#system.signed({ method: 'PUT', key, body })
    await this.#store('PutObject', key, sha256(body), request)
  }

  async #post(key: string): Promise<void> {
    const file = someBytes()
    await this.#store('PostObject', key, sha256(file), await this.#system.form({ key, file }))
  }

  async #inParts(key: string, bodies: readonly Buffer[]): Promise<void> {
    const created = await this.#send(
      'CreateMultipartUpload',
      await this.#system.signed({ method: 'POST', key, query: { uploads: '' } }),
    )
    const uploadId = created?.xml && textOf(created.xml, 'UploadId')
    if (uploadId === undefined) return
    const upload: MultipartUpload = { key, etags: new Map() }
    this.multipart.set(uploadId, upload)
    await Promise.all(bodies.map((body, at) => this.#part(uploadId, upload, at + 1, body)))
    if (upload.etags.size < bodies.length) return
    const parts = [...upload.etags].sort(([a], [b]) => a - b)
    const list = parts.map(
      ([number, etag]) => `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part>`,
    )
    const body = `<CompleteMultipartUpload>${list.join('')}</CompleteMultipartUpload>`
    const request = await this.#system.signed({ method: 'POST', key, query: { uploadId }, body })
    upload.completion = 'sent'
    const digest = sha256(Buffer.concat(bodies))
    const stored = await this.#store('CompleteMultipartUpload', key, digest, request)
    if (stored) upload.completion = 'answered'
  }

  async #part(uploadId: string, upload: MultipartUpload, partNumber: number, body: Buffer) {
    const query = { uploadId, partNumber: String(partNumber) }
    const ask = { method: 'PUT', key: upload.key, query, body }
    const etag = (await this.#send('UploadPart', await this.#system.signed(ask)))?.headers.etag
    if (etag !== undefined) upload.etags.set(partNumber, etag)
  }

  /** @returns Whether it was answered with success. */
  async #store(operation: Operation, key: string, digest: string, request: RawRequest) {
    const slot = this.slots.get(key)
    slot?.sent.add(digest)
    const reply = await this.#send(operation, request)
    if (slot && reply) slot.answered = true
    return reply !== undefined
  }

  /** @returns `undefined` when the server was gone. @throws {Error} When it refused. */
  async #send(operation: Operation, request: RawRequest): Promise<Reply | undefined> {
    const sending = this.#system.send(request)
    this.#onSend(operation)
    try {
      const reply = await sending
      if (reply.status >= 300)
        throw new RangeError(`${operation} answered ${reply.status} ${reply.code}`)
      return reply
    } catch (error) {
      if (error instanceof RangeError) throw error
      const refused = error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED'
      if (!refused) this.cut.add(operation)
      return undefined
    }
  }
}
