/**
 * What a case has to work with: a server, a bucket that is its own, and short ways to the usual requests.
 *
 * @module
 */

import { randomUUID } from 'node:crypto'
import type { Credentials } from 'waybill-s3'
import { childOf, childrenOf, textOf } from 'waybill-s3/internal/xml'
import { type FormOptions, formRequest } from './request/form.ts'
import {
  type ExchangeLimits,
  exchange,
  type RawRequest,
  type Reply,
} from './request/raw-request.ts'
import { type PresignOptions, type SignOptions, signHeader, signQuery } from './request/signing.ts'

export interface Target {
  /** Origin, for example `http://127.0.0.1:9000`. */
  readonly endpoint: string
  readonly region: string
  readonly credentials: Credentials
  /** The authority of a certificate of its own. */
  readonly ca?: string
}

/** A request about the bucket of the system, or about the object `key` in it. */
export type Ask<T> = Omit<T, 'method' | 'path'> & {
  readonly method?: string
  readonly key?: string
  /** In place of bucket and key. Decoded. */
  readonly path?: string
}

export class System {
  readonly target: Target
  readonly bucket: string
  /** A key that nobody else uses. */
  readonly key = 'folder/object ü+1.txt'
  readonly host: string

  constructor(target: Target, bucket: string) {
    this.target = target
    this.bucket = bucket
    this.host = new URL(target.endpoint).host
  }

  /** Makes a bucket for one case. */
  static async open(
    target: Target,
    bucket = `conformance-${randomUUID().slice(0, 18)}`,
  ): Promise<System> {
    return new System(target, bucket).create()
  }

  /** Makes the bucket. */
  async create(): Promise<this> {
    const body = locationBody(this.target.region)
    await this.expectReply(200, { method: 'PUT', ...body })
    return this
  }

  /** A bucket that is not there. */
  get absent(): string {
    return `${this.bucket}-absent`
  }

  get signer() {
    return { ...this.target, host: this.host }
  }

  signed(ask: Ask<SignOptions>): Promise<RawRequest> {
    return signHeader(this.signer, { ...ask, method: ask.method ?? 'GET', path: this.#path(ask) })
  }

  presigned(ask: Ask<PresignOptions>): Promise<RawRequest> {
    return signQuery(this.signer, { ...ask, method: ask.method ?? 'GET', path: this.#path(ask) })
  }

  form(options: Partial<FormOptions> = {}): Promise<RawRequest> {
    return formRequest(this.signer, { bucket: this.bucket, key: this.key, ...options })
  }

  send(raw: RawRequest, limits: ExchangeLimits = {}): Promise<Reply> {
    return exchange(this.target.endpoint, raw, this.target.ca, limits)
  }

  /** Sends something that must work for the case to mean anything. */
  async expect(status: number, raw: RawRequest): Promise<Reply> {
    const reply = await this.send(raw)
    if (reply.status === status) return reply
    throw new Error(
      `preparing: ${raw.method} ${raw.path} answered ${reply.status}: ${reply.body.toString().slice(0, 500)}`,
    )
  }

  /** Sends a signed request. */
  async reply(ask: Ask<SignOptions>): Promise<Reply> {
    return this.send(await this.signed(ask))
  }

  /** The same for what must work for the case to mean anything. */
  async expectReply(status: number, ask: Ask<SignOptions>): Promise<Reply> {
    return this.expect(status, await this.signed(ask))
  }

  async put(
    key: string,
    body: string | Uint8Array,
    headers: Record<string, string> = {},
  ): Promise<Reply> {
    return this.expectReply(200, { method: 'PUT', key, body, headers })
  }

  /** @returns The object's bytes as text, `undefined` when there is none. */
  async read(key = this.key): Promise<string | undefined> {
    const reply = await this.reply({ key })
    if (reply.status === 404) return undefined
    if (reply.status === 200) return reply.body.toString('utf8')
    throw new Error(`GET ${key} answered ${reply.status}`)
  }

  /** @returns The keys of the bucket. */
  async keys(): Promise<string[]> {
    const reply = await this.expectReply(200, { query: { 'list-type': '2' } })
    const contents = reply.xml ? childrenOf(reply.xml, 'Contents') : []
    return contents.map((each) => textOf(each, 'Key') ?? '')
  }

  /** @returns The upload id. */
  async createUpload(headers: Record<string, string> = {}, key = this.key): Promise<string> {
    const query = { uploads: '' }
    const reply = await this.expectReply(200, { method: 'POST', key, query, headers })
    return (reply.xml && textOf(reply.xml, 'UploadId')) ?? ''
  }

  /** @returns The part's ETag, quoted. */
  async uploadPart(
    uploadId: string,
    partNumber: number,
    body: string | Uint8Array,
    headers: Record<string, string> = {},
  ): Promise<string> {
    const query = { uploadId, partNumber: String(partNumber) }
    const ask = { method: 'PUT', key: this.key, query, body, headers }
    return (await this.expectReply(200, ask)).headers.etag ?? ''
  }

  /** @param parts - Part numbers and ETags, and whatever else is in a `<Part>`. */
  async complete(
    uploadId: string,
    parts: readonly (readonly [number, string, string?])[],
    headers: Record<string, string> = {},
  ): Promise<RawRequest> {
    const list = parts.map(
      ([number, etag, more = '']) =>
        `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag>${more}</Part>`,
    )
    const body = `<CompleteMultipartUpload>${list.join('')}</CompleteMultipartUpload>`
    return this.signed({ method: 'POST', key: this.key, query: { uploadId }, body, headers })
  }

  #path({ key, path }: { readonly key?: string; readonly path?: string }): string {
    return path ?? (key === undefined ? `/${this.bucket}` : `/${this.bucket}/${key}`)
  }
}

function locationBody(region: string): { body?: string } {
  if (region === 'us-east-1') return {}
  return {
    body: `<CreateBucketConfiguration><LocationConstraint>${region}</LocationConstraint></CreateBucketConfiguration>`,
  }
}

/** @returns The text at a path of names below the root. */
export function textAt(reply: Reply, ...names: readonly string[]): string | undefined {
  let element = reply.xml
  for (const name of names) element = element && childOf(element, name)
  return element && (element.text ?? '')
}
