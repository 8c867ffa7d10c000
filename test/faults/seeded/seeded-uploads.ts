/**
 * Uploads through proxies that spoil a fifth of all requests, and what must hold of them in the end.
 *
 * @module
 */

import { seededFile } from '@waybill/test-support/seeded-file'
import { deleteStored, openUploads, sha256Given, sha256Stored } from '@waybill/test-support/stored'
import { type System, startSystem } from '@waybill/test-support/system'
import { expect } from 'vitest'
import type { Upload } from 'waybill/client'
import type { FaultKind, FaultPlan } from '../../../packages/strict-s3/src/faults/fault.ts'
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
    const [stored, own] = [await sha256Stored(system, key), await sha256Given(file)]
    expect([name, stored]).toEqual([name, own])
    await deleteStored(system, key)
    return key
  })
  const keys = await Promise.all(arriving)
  const completed = system.completed.filter((key) => key.startsWith(`seed-${seed}/`))
  expect(completed.sort()).toEqual(keys.sort())
  const orphans = await openUploads(system)
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
