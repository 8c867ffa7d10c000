/**
 * A new bucket in a foreign store, and requests to it signed with `waybill-s3`.
 *
 * @module
 */

import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, inject, it } from 'vitest'
import { type Credentials, parseErrorXml, type SignRequestOptions, signRequest } from 'waybill-s3'
import { childrenOf, parseXml, textOf, type XmlElement } from '../../packages/waybill-s3/src/xml.ts'

export type StoreName = 'radosgw' | 'swift'

const STORE_NAMES: readonly StoreName[] = ['radosgw', 'swift']

/** Where to sign for; `bucket` exists while the tests run. */
export interface ForeignBucket {
  readonly store: StoreName
  readonly bucket: string
  readonly region: string
  readonly endpoint: string
  readonly credentials: Credentials
  /** A user who does not own the bucket. */
  readonly otherCredentials: Credentials
}

const NOWHERE = { endpoint: '', region: '', credentials: { accessKeyId: '', secretAccessKey: '' } }

/** What a store lacks of S3, in words: tests that need it are skipped there, and say so. */
export type Lacking = Readonly<Partial<Record<StoreName, string>>>

/** Describes tests against each store, in a bucket of their own; skipped where the store cannot be had. */
export function describeStores(
  subject: string,
  tests: (place: ForeignBucket, itUnless: (lacking: Lacking) => ItUnless) => void,
  lacking: Lacking = {},
): void {
  for (const store of STORE_NAMES) describeStore(store, subject, tests, lacking[store])
}

/** An error code, or what each store calls it where they differ. */
export type Code = string | Readonly<Record<StoreName, string>>

export function codeIn({ store }: ForeignBucket, code: Code): string {
  return typeof code === 'string' ? code : code[store]
}

type ItUnless = (name: string, test: () => Promise<void>) => void
type Tests = Parameters<typeof describeStores>[1]

function describeStore(store: StoreName, subject: string, tests: Tests, lack?: string): void {
  const address = inject(store)
  const reason = lack === undefined ? '' : ` (${lack})`
  const skipped = address === undefined || lack !== undefined
  describe.skipIf(skipped)(`${subject}, against ${store}${reason}`, () => {
    const bucket = `interop-${randomBytes(6).toString('hex')}`
    const place = {
      store,
      bucket,
      ...(address ?? { ...NOWHERE, otherCredentials: NOWHERE.credentials }),
    }
    beforeAll(async () => {
      const { status, text } = await send(place, { method: 'PUT' })
      if (status !== 200) throw new Error(`cannot create ${bucket}: ${status} ${text}`)
    })
    afterAll(() => emptyAndDelete(place))
    tests(place, (own) => (own[store] === undefined ? it : it.skip))
  })
}

export interface StoreAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** S3's error code, if that is what came. */
  readonly code?: string
}

type Request = Omit<SignRequestOptions, 'bucket' | 'region' | 'credentials' | 'endpoint'> & {
  readonly body?: BodyInit
}

/** Sends one request signed in its header. */
export async function send(place: ForeignBucket, request: Request): Promise<StoreAnswer> {
  const { body, ...signable } = request
  const { url, headers } = await signRequest({ ...place, ...signable })
  return answerOf(await fetch(url, { method: request.method, headers, body: body ?? null }))
}

/** @returns An object's bytes and headers. */
export async function readBack(
  place: ForeignBucket,
  key: string,
): Promise<{ headers: Headers; body: Buffer }> {
  const { url, headers } = await signRequest({ ...place, method: 'GET', key })
  const response = await fetch(url, { headers })
  if (response.status !== 200) throw new Error(`cannot read ${key}: ${await response.text()}`)
  return { headers: response.headers, body: Buffer.from(await response.arrayBuffer()) }
}

export async function answerOf(response: Response): Promise<StoreAnswer> {
  const { status, headers } = response
  const text = await response.text()
  const error = parseErrorXml(text, status)
  return { status, headers, text, ...(error && { code: error.code }) }
}

/** @returns The keys in the bucket. */
export async function keysIn(place: ForeignBucket): Promise<string[]> {
  const { text } = await send(place, { method: 'GET', query: { 'list-type': '2' } })
  return texts(parseXml(text), 'Contents', 'Key')
}

/** @returns Key and upload id of the multipart uploads that nobody completed or aborted. */
export async function uploadsIn(
  place: ForeignBucket,
): Promise<{ key: string; uploadId: string }[]> {
  const { text } = await send(place, { method: 'GET', query: { uploads: '' } })
  return childrenOf(parseXml(text), 'Upload').map((upload) => ({
    key: textOf(upload, 'Key') ?? '',
    uploadId: textOf(upload, 'UploadId') ?? '',
  }))
}

function texts(root: XmlElement, list: string, name: string): string[] {
  return childrenOf(root, list).map((element) => textOf(element, name) ?? '')
}

async function emptyAndDelete(place: ForeignBucket): Promise<void> {
  for (const { key, uploadId } of await uploadsIn(place)) {
    await send(place, { method: 'DELETE', key, query: { uploadId } })
  }
  for (const key of await keysIn(place)) await send(place, { method: 'DELETE', key })
  await send(place, { method: 'DELETE' })
}
