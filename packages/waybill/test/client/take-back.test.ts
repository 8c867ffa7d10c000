/**
 * Uploads in parts that failed for good leave nothing in the bucket, as soon as the signer answers,
 * also where no record is kept of them.
 *
 * @module
 */

import { seededFile } from '@waybill/test-support/seeded-file'
import { openUploads } from '@waybill/test-support/stored'
import { type System, startSystem } from '@waybill/test-support/system'
import { failureOf } from '@waybill/test-support/upload-watch'
import { describe, expect, it } from 'vitest'

const MIB = 1024 ** 2

function aborts({ signerProxy }: System, status: number): number {
  return signerProxy.exchanges.filter(
    (exchange) => exchange.request.path.endsWith('/abort') && exchange.status === status,
  ).length
}

describe('a multipart upload without a record', () => {
  it('is aborted after the next successful call if its session ended', async () => {
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

  it('is aborted when the signer is back if the storage rejected it', async () => {
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
