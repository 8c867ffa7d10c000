/**
 * Uploads in parts that failed for good leave nothing in the bucket, as soon as the signer answers,
 * also where no record is kept of them.
 *
 * @module
 */

import { eventually } from '@waybill/test-support/eventually'
import { seededFile } from '@waybill/test-support/seeded-file'
import { openUploads } from '@waybill/test-support/stored'
import { type System, startSystem } from '@waybill/test-support/system'
import { failureOf } from '@waybill/test-support/upload-watch'
import { describe, expect, it } from 'vitest'
import type { Effects } from 'waybill/client'

const MIB = 1024 ** 2

function aborts({ signerProxy }: System, status: number): number {
  return signerProxy.exchanges.filter(
    (exchange) => exchange.request.path.endsWith('/abort') && exchange.status === status,
  ).length
}

describe('an upload in parts without a record', () => {
  it('whose session ended is taken back after the next call that is answered', async () => {
    let isSignedIn = true
    const system = await startSystem({
      storagePlan: ({ operation }) => {
        if (operation === 'UploadPart') isSignedIn = false
        return undefined
      },
      signer: {
        partSize: 5 * MIB,
        rules: {
          any: {
            ...{ types: ['*/*'], maxSize: '1 GB' },
            authorize: () => (isSignedIn ? { owner: 'me' } : false),
          },
        },
      },
    })
    const uploader = system.uploader('me')
    const failure = await failureOf(uploader.upload(seededFile('a', 17 * MIB, 1)))
    expect(failure).toMatchObject({ code: 'UNAUTHENTICATED' })
    await system.signerProxy.until(() => aborts(system, 401) === 1)
    expect(await openUploads(system)).toHaveLength(1)
    isSignedIn = true
    await uploader.upload(seededFile('b', 10, 2)).done
    await system.signerProxy.until(() => aborts(system, 204) === 1)
    expect(await openUploads(system)).toEqual([])
  })

  it('that the storage refused is taken back when the signer is there again', async () => {
    const system = await startSystem({
      storagePlan: ({ operation }) =>
        operation === 'UploadPart' ? { kind: 'AccessDenied', cors: true, early: false } : undefined,
      signer: { partSize: 5 * MIB },
      signerPlan: ({ path, attempt }) =>
        path.endsWith('/abort') && attempt < 5
          ? { kind: 'reset-request', afterBytes: 1 }
          : undefined,
    })
    const failure = await failureOf(system.uploader('me').upload(seededFile('a', 17 * MIB, 1)))
    expect(failure).toMatchObject({ code: 'STORAGE_REFUSED' })
    await system.signerProxy.until(() => aborts(system, 204) === 1)
    expect(await openUploads(system)).toEqual([])
  })
})

describe('an upload in parts whose grant cannot be used', () => {
  it('is taken back', async () => {
    const system = await startSystem({ signer: { partSize: 5 * MIB } })
    const upload = system
      .uploader('me', {
        fetch: async (input, init) => {
          const response = await fetch(input, init)
          if (String(input) !== system.endpoint) return response
          const { uploads } = await response.json()
          return Response.json({ uploads: [{ ...uploads[0], partSize: 1 }] }, { status: 201 })
        },
      })
      .upload(seededFile('a', 17 * MIB, 1))
    expect(await failureOf(upload)).toMatchObject({ code: 'RESPONSE_INVALID' })
    await system.signerProxy.until(() => aborts(system, 204) === 1)
    expect(await openUploads(system)).toEqual([])
  })
})

describe('an upload in parts that is aborted while the signer is away', () => {
  it('is asked for no longer than a minute, however long uploads are retried', async () => {
    let isAway = true
    const minutes: (() => void)[] = []
    const wait: Effects['wait'] = (ms, signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true })
        if (ms === 60_000) minutes.push(resolve)
        else if (ms < 5_000) setImmediate(resolve)
      })
    const system = await startSystem({
      signer: { partSize: 5 * MIB },
      signerPlan: ({ path }) =>
        isAway && path.endsWith('/abort') ? { kind: 'reset-request', afterBytes: 1 } : undefined,
    })
    const options = { retryForMs: Number.POSITIVE_INFINITY, effects: { wait } }
    const uploader = system.uploader('me', options)
    const upload = uploader.upload(seededFile('a', 17 * MIB, 1))
    upload.on('progress', () => upload.abort())
    await failureOf(upload)
    await eventually(() => minutes.length).toBeGreaterThan(1)
    const endOfMinute = minutes.at(-1)
    endOfMinute?.()
    isAway = false
    await uploader.upload(seededFile('b', 10, 2)).done
    await system.signerProxy.until(() => aborts(system, 204) > 0)
    expect(await openUploads(system)).toEqual([])
  })
})
