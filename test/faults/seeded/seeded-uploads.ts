/**
 * Uploads through proxies that spoil a fifth of all requests, and what must hold of them in the end.
 *
 * @module
 */

import { seededFile, sha256Of } from '@waybill/test-support/seeded-file'
import { BUCKET, type System, startSystem } from '@waybill/test-support/system'
import { expect } from 'vitest'
import type { Upload } from 'waybill/client'
import { signRequest } from 'waybill-s3'
import type { FaultKind, FaultPlan } from '../../../packages/strict-s3/src/faults/fault.ts'
import { childrenOf, parseXml, textOf } from '../../../packages/waybill-s3/src/xml.ts'
import { seededPlan } from './seeded-plan.ts'

const MIB = 1024 ** 2
export const FAULTY_SHARE = 0.2

export const SIZES = {
  nothing: 0,
  oneByte: 1,
  belowOnePart: 5 * MIB - 1,
  aboveOnePart: 5 * MIB + 1,
  belowThreshold: 16 * MIB - 1,
  aboveThreshold: 16 * MIB + 1,
  large: 100 * MIB,
  huge: 1024 * MIB,
} as const

export const SMALL = [SIZES.nothing, SIZES.oneByte]
export const MEDIUM = [
  ...[SIZES.belowOnePart, SIZES.aboveOnePart],
  ...[SIZES.belowThreshold, SIZES.aboveThreshold],
]
/** Every size up to 16 MiB and a byte. */
export const SLICE = [...SMALL, ...SMALL, ...MEDIUM]

/** Uploads files of these sizes at once, each of other content, and expects of every one that it arrives as it was. */
export async function expectAllToArrive(
  system: System,
  sizes: readonly number[],
  seed: number,
  onUpload: (upload: Upload) => void = () => undefined,
): Promise<void> {
  const uploader = system.uploader('owner')
  const arriving = sizes.map(async (size, index) => {
    const name = `${seed}-${index}-${size}.bin`
    const file = seededFile(name, size, seed * 1000 + index)
    const upload = uploader.upload(file, { metadata: { folder: `seed-${seed}/{id}` } })
    onUpload(upload)
    const { key } = await upload.done
    expect(upload.state).toBe('done')
    expect(key).toMatch(new RegExp(`^seed-${seed}/[\\w-]{22}/${name}$`))
    const [stored, own] = [await storedSha256(system, key), await sha256Of(file.stream())]
    expect([name, stored]).toEqual([name, own])
    await request(system, 'DELETE', key)
    return key
  })
  const keys = await Promise.all(arriving)
  const completed = system.completed.filter((key) => key.startsWith(`seed-${seed}/`))
  expect(completed.sort()).toEqual(keys.sort())
  const orphans = await uploadsUnderWay(system)
  expect(orphans, orphans.map((key) => historyOf(system, key)).join('\n')).toEqual([])
}

/** What was asked of S3 about one key besides its parts, and what became of it: who reads a failure needs to know. */
function historyOf({ storageProxy }: System, key: string): string {
  const about = storageProxy.exchanges.filter(({ request: { path, operation, query } }) => {
    return operation !== 'UploadPart' && (path.endsWith(`/${key}`) || query.get('prefix') === key)
  })
  return about
    .map(({ request, fault, status }) => {
      return `${request.number} ${request.operation} ${fault?.kind ?? ''} ${status ?? 'no answer'}`
    })
    .join('\n')
}

/** @returns Keys of multipart uploads that nobody has completed or aborted. */
export async function uploadsUnderWay(system: System): Promise<string[]> {
  const response = await request(system, 'GET', undefined, { uploads: '' })
  const uploads = childrenOf(parseXml(await response.text()), 'Upload')
  return uploads.map((upload) => textOf(upload, 'Key') ?? '')
}

/** @returns Keys of what is stored. */
export async function keysStored(system: System): Promise<string[]> {
  const response = await request(system, 'GET', undefined, { 'list-type': '2' })
  const contents = childrenOf(parseXml(await response.text()), 'Contents')
  return contents.map((object) => textOf(object, 'Key') ?? '')
}

export async function storedSha256(system: System, key: string): Promise<string> {
  const response = await request(system, 'GET', key)
  if (response.status !== 200 || !response.body) throw new Error(`cannot read ${key}`)
  return sha256Of(response.body)
}

/** Asks S3 itself, past the proxy. */
async function request(
  { s3, now }: System,
  method: 'GET' | 'DELETE',
  key?: string,
  query: Record<string, string> = {},
): Promise<Response> {
  const { endpoint, region, credentials } = s3
  const { url, headers } = await signRequest({
    ...{ method, bucket: BUCKET, endpoint, region, credentials, query, now },
    ...(key === undefined ? {} : { key }),
  })
  return fetch(url, { method, headers })
}

export const UNANSWERED: readonly FaultKind[] = ['reset-request', 'InternalError']
export const ANSWER_LOST: readonly FaultKind[] = ['lose-response', 'truncate-response']

/**
 * What goes to the signer is spoiled too, with one exception: when the answer to a beginning is lost, nobody knows
 * the multipart upload, and the bucket's lifecycle rule is what removes it.
 */
export function spoiledSigner(seed: number): FaultPlan {
  const share = FAULTY_SHARE
  const beginning = seededPlan({ seed, share, kinds: UNANSWERED })
  const others = seededPlan({ seed, share, kinds: [...UNANSWERED, ...ANSWER_LOST] })
  return (request) => (request.path.endsWith('/uploads') ? beginning : others)(request)
}

/** Uploads files of these sizes through both proxies, and expects all to arrive. */
export async function expectToSurvive(seed: number, sizes: readonly number[], isLong = false) {
  const system = await startSystem({
    storagePlan: seededPlan({ seed, share: FAULTY_SHARE, stallsEverywhere: isLong }),
    signerPlan: spoiledSigner(seed),
    onDisk: isLong,
  })
  try {
    await expectAllToArrive(system, sizes, seed)
  } finally {
    console.log(`seed ${seed}\n${system.storageProxy.summary()}\n${system.signerProxy.summary()}`)
  }
  expect(system.storageProxy.exchanges.some(({ fault }) => fault)).toBe(true)
}
