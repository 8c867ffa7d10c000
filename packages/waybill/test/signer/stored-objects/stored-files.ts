/**
 * A signer with stored files over a real S3: uploads end to end, versions, verdicts of arrival, one clock for all.
 *
 * @module
 */

import { createHash } from 'node:crypto'
import { signerOf } from '@waybill/test-support/signer-storage'
import { createOne, post, SECRET } from '@waybill/test-support/signing'
import { postForm } from '@waybill/test-support/upload-form'
import { startStrictS3 } from 'strict-s3'
import { expect, onTestFinished } from 'vitest'
import type { CompleteResponse, PresignedPostMessage, UploadErrorCode } from 'waybill'
import { createArrival } from 'waybill/arrival'
import type { Signer, SignerOptions } from 'waybill/signer'
import { signRequest } from 'waybill-s3'

export type Headers = Readonly<Record<string, string>>
export const ADA: Headers = { 'x-user': 'ada' }
export const EVE: Headers = { 'x-user': 'eve' }
/** Ada, as whoever reads a receipt names her. */
export const OWNER = { owner: 'ada' }
/** What `versions` counts once nothing is left. */
export const NOTHING = { objects: 0, markers: 0 }

const LIMITS = { types: ['*/*', 'image/svg+xml', 'text/html'], maxSize: '64 MiB' } as const
const authorize = ({ headers }: { headers: Headers }) =>
  headers['x-user'] ? { owner: headers['x-user'] } : false
const maybe = ({ headers }: { headers: Headers }) =>
  headers['x-user'] ? { owner: headers['x-user'] } : {}

export const RULES = {
  closed: { ...LIMITS, authorize },
  document: { ...LIMITS, authorize, read: true, remove: true },
  avatar: { ...LIMITS, authorize, read: true, remove: true, key: () => 'avatar.png', form: true },
  guest: { ...LIMITS, public: true, authorize: maybe, read: true, remove: true },
  open: { ...LIMITS, public: true, authorize: maybe, read: 'receipt', remove: 'receipt' },
  drafts: { ...LIMITS, authorize, claim: '2 days' },
} as const

export type RuleOfFile = keyof typeof RULES

const VERSIONING =
  '<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>Enabled</Status></VersioningConfiguration>'

export interface FileToStore {
  readonly rule?: RuleOfFile
  readonly headers?: Headers
  readonly name?: string
  readonly type?: string
  readonly text?: string
}

export type Stored = CompleteResponse & { readonly receipt: string }

/** @param options - `versions: false` for a bucket without versions. */
export async function storeFiles(
  options: Partial<SignerOptions<typeof RULES>> & { readonly versions?: boolean } = {},
) {
  const { versions = true, ...signerOptions } = options
  // Signatures count whole seconds.
  const clock = { now: new Date(Math.floor(Date.now() / 1000) * 1000) }
  const now = () => clock.now
  const s3 = await startStrictS3({ buckets: ['uploads'], now })
  onTestFinished(() => s3.close())
  const place = {
    bucket: 'uploads',
    region: s3.region,
    endpoint: s3.endpoint,
    credentials: s3.credentials,
  }
  const signer = signerOf(s3, RULES, { effects: { now }, ...signerOptions })
  const arrival = createArrival({ ...place, secret: SECRET, effects: { now } })

  /** Asks the S3 itself, with its own clock. */
  const ask = async (
    method: 'GET' | 'HEAD' | 'PUT' | 'DELETE',
    key: string | undefined,
    query: Headers = {},
    body?: string,
  ) => {
    const md5 = body && createHash('md5').update(body).digest('base64')
    const { url, headers } = await signRequest({
      ...place,
      ...{ method, query, now },
      ...(key === undefined ? {} : { key }),
      ...(md5 ? { headers: { 'content-md5': md5 } } : {}),
    })
    return fetch(url, { method, headers, ...(body === undefined ? {} : { body }) })
  }
  if (versions) expect((await ask('PUT', undefined, { versioning: '' }, VERSIONING)).ok).toBe(true)

  const grant = async ({ rule = 'document', headers = ADA, ...file }: FileToStore = {}) => {
    const { name = 'lease.txt', type = 'text/plain', text = 'the lease' } = file
    const sha256 = createHash('sha256').update(text).digest('base64')
    const described = { name, type, size: Buffer.byteLength(text), sha256 }
    const granted = await createOne(signer, described, headers, rule)
    if ('error' in granted || granted.strategy !== 'post') throw new Error(JSON.stringify(granted))
    const send = () => sendForm(granted.presignedPost, text)
    const complete = async (): Promise<Stored> => {
      const response = await post(signer, '/complete', { waybill: granted.waybill }, headers)
      expect(response.status).toBe(200)
      return JSON.parse(response.body)
    }
    return { ...granted, send, complete }
  }

  return {
    s3,
    signer,
    clock,
    ask,
    grant,
    upload: async (file: FileToStore = {}) => {
      const { send, complete } = await grant(file)
      await send()
      return complete()
    },
    /** Stores bytes with a waybill in their metadata, as an account with credentials can. */
    putWith: async (waybill: string, key: string, text: string) => {
      const sha256 = createHash('sha256').update(text).digest('base64')
      const headers = { 'x-amz-meta-waybill': waybill, 'x-amz-checksum-sha256': sha256 }
      const signed = await signRequest({ ...place, method: 'PUT', key, headers, now })
      const put = { method: 'PUT', headers: signed.headers, body: text }
      expect((await fetch(signed.url, put)).status).toBe(200)
    },
    waybillOf: async (key: string) =>
      (await ask('HEAD', key)).headers.get('x-amz-meta-waybill') ?? '',
    judge: (key: string) => arrival.judge({ bucket: 'uploads', key }),
    tag: (key: string, waybill: string) => ask('PUT', key, { tagging: '' }, tagging({ waybill })),
    tagsOf: async (key: string) => readTags(await (await ask('GET', key, { tagging: '' })).text()),
    /** Versions and delete markers of all keys. */
    versions: async () => {
      const list = await (await ask('GET', undefined, { versions: '' })).text()
      const count = (name: string) => list.split(`<${name}>`).length - 1
      return { objects: count('Version'), markers: count('DeleteMarker') }
    },
    call: (path: '/link' | '/remove' | '/verdict' | '/claim', body: object, headers = ADA) =>
      answerOf(signer, path, body, headers),
    forward: (days: number) => {
      clock.now = new Date(clock.now.getTime() + days * 86_400_000)
    },
  }
}

export type StoredFiles = Awaited<ReturnType<typeof storeFiles>>

async function sendForm(form: PresignedPostMessage, text: string): Promise<void> {
  const response = await postForm(form, text)
  expect([response.status, await response.text()]).toEqual([204, ''])
}

async function answerOf(signer: Pick<Signer, 'handle'>, path: string, body: object, who: Headers) {
  const response = await post(signer, path, body, who)
  const answer = JSON.parse(response.body)
  return { status: response.status, code: answer.error?.code, ...answer }
}

function tagging(tags: Headers): string {
  const set = Object.entries(tags).map(
    ([name, value]) => `<Tag><Key>${name}</Key><Value>${value}</Value></Tag>`,
  )
  return `<Tagging><TagSet>${set.join('')}</TagSet></Tagging>`
}

function readTags(xml: string): Record<string, string> {
  const tags = xml.matchAll(/<Key>([^<]*)<\/Key><Value>([^<]*)<\/Value>/g)
  return Object.fromEntries([...tags].map(([, name, value]) => [name, value]))
}

export function code(code: UploadErrorCode) {
  return expect.objectContaining({ name: 'UploadError', code })
}
