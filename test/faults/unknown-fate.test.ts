/**
 * Requests whose answer is lost, and whose signature has expired before they can be made again: the
 * object may be stored already, and must not be stored a second time under another key.
 *
 * @module
 */

import { seededFile, sha256Of } from '@waybill/test-support/seeded-file'
import { openUploads, sha256Stored, storedKeys } from '@waybill/test-support/stored'
import { type System, type SystemOptions, startSystem } from '@waybill/test-support/system'
import { describe, expect, it } from 'vitest'
import { UploadError, uploadRule } from 'waybill'
import type { Fault, FaultPlan } from '../../packages/strict-s3/src/faults/fault.ts'

const LIFE_SECONDS = 300

/** Each grant has a key of its own, as in production: a second grant would be a second object. */
const RULE = uploadRule({
  types: ['*/*'],
  maxSize: '1 GiB',
  expiresInSeconds: LIFE_SECONDS,
  authorize: () => ({ owner: 'me' }),
})

/** A system whose clock the test moves. */
async function startClockedSystem(options: SystemOptions) {
  let at = Date.parse('2026-03-01T12:00:00Z')
  const now = () => new Date(at)
  const { signer, ...more } = options
  const system = await startSystem({ ...more, now, signer: { rules: { any: RULE }, ...signer } })
  const expire = () => {
    at += (LIFE_SECONDS + 100) * 1000
  }
  return { system, now, expire }
}

function paths({ signerProxy }: System): string[] {
  return signerProxy.exchanges.map(({ request }) => request.path.replace('/api/uploads', ''))
}

/** Spoils the first such request. */
function first(operation: string, fault: Fault): FaultPlan {
  let isSpoilt = false
  return (request) => {
    if (isSpoilt || request.operation !== operation) return undefined
    isSpoilt = true
    return fault
  }
}

const LOST = { kind: 'lose-response' } as const
const CUT = { kind: 'reset-request', afterBytes: 10 } as const

describe.each([
  ['a form', 'PostObject', {}],
  ['a presigned PUT', 'PutObject', { singleRequest: 'put' as const }],
])('%s whose signature expires', (_, operation, signer) => {
  it('after its response was lost is completed and not stored again', async () => {
    const { system, now, expire } = await startClockedSystem({
      storagePlan: first(operation, LOST),
      signer,
    })
    const file = seededFile('a', 1000, 1)
    const upload = system.uploader('me', { effects: { now } }).upload(file)
    upload.on('retry', expire)
    const { key } = await upload.done
    expect(await sha256Stored(system, key)).toBe(await sha256Of(file.stream()))
    expect(await storedKeys(system)).toHaveLength(1)
    expect(paths(system)).toEqual(['', '/complete'])
  })

  it('according to S3 alone is also completed', async () => {
    const { system, expire } = await startClockedSystem({
      storagePlan: first(operation, LOST),
      signer,
    })
    const upload = system
      .uploader('me', { effects: { now: () => new Date(0) } })
      .upload(seededFile('a', 1000, 2))
    upload.on('retry', expire)
    await upload.done
    expect(await storedKeys(system)).toHaveLength(1)
    expect(paths(system).filter((path) => path === '')).toHaveLength(1)
  })

  it('before it was stored gets a new one', async () => {
    const { system, now, expire } = await startClockedSystem({
      storagePlan: first(operation, CUT),
      signer,
    })
    const file = seededFile('a', 1000, 3)
    const upload = system.uploader('me', { effects: { now } }).upload(file)
    upload.on('retry', expire)
    const { key } = await upload.done
    expect(await sha256Stored(system, key)).toBe(await sha256Of(file.stream()))
    expect(paths(system)).toEqual(['', '/complete', '', '/complete'])
  })

  it('after it was stored fails with the original refusal, and is not stored again', async () => {
    const onComplete = () => {
      throw new UploadError('FORBIDDEN', 'your plan has ended')
    }
    const { system, now, expire } = await startClockedSystem({
      storagePlan: first(operation, LOST),
      signer: { ...signer, rules: { any: uploadRule({ ...RULE, onComplete }) } },
    })
    const upload = system.uploader('me', { effects: { now } }).upload(seededFile('a', 1000, 5))
    upload.on('retry', expire)
    await expect(upload.done).rejects.toMatchObject({ code: 'FORBIDDEN' })
    expect(paths(system).filter((path) => path === '')).toHaveLength(1)
  })

  it('while it was paused is completed and not stored again', async () => {
    const { system, now, expire } = await startClockedSystem({
      storagePlan: first(operation, { kind: 'stall-response' }),
      signer,
    })
    const upload = system.uploader('me', { effects: { now } }).upload(seededFile('a', 1000, 4))
    await system.storageProxy.until(() => system.storageProxy.stalled === 1)
    upload.pause()
    expire()
    upload.resume()
    await upload.done
    expect(await storedKeys(system)).toHaveLength(1)
  })
})

describe('the call that creates a multipart upload', () => {
  it.each([
    ['its answer is lost', LOST],
    ['its answer is cut', { kind: 'truncate-response', afterBytes: 40 }],
    [
      'it arrives twice, and the first is answered',
      { kind: 'duplicate-request', answered: 'first' },
    ],
    [
      'it arrives twice, and the second is answered',
      { kind: 'duplicate-request', answered: 'second' },
    ],
  ] as const)('creates exactly one if %s', async (_, fault) => {
    const { system, now } = await startClockedSystem({ signer: { partSize: 5 * 1024 ** 2 } })
    system.signerProxy.usePlan(({ path, attempt }) =>
      path.endsWith('/uploads') && attempt === 0 ? fault : undefined,
    )
    const file = seededFile('a', 17 * 1024 ** 2, 5)
    const { key } = await system.uploader('me', { effects: { now } }).upload(file).done
    expect(await sha256Stored(system, key)).toBe(await sha256Of(file.stream()))
    const begun = system.storageProxy.exchanges.filter(
      ({ request }) => request.operation === 'CreateMultipartUpload',
    )
    expect(begun).toHaveLength(1)
    expect(await openUploads(system)).toEqual([])
  })
})
