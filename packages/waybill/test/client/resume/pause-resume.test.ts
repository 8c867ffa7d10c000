import { eventually } from '@waybill/test-support/eventually'
import { seededFile } from '@waybill/test-support/seeded-file'
import { openUploads, sha256Given, sha256Stored } from '@waybill/test-support/stored'
import { type System, startSystem } from '@waybill/test-support/system'
import { failureOf, statesOf } from '@waybill/test-support/upload-watch'
import { describe, expect, it } from 'vitest'

const MIB = 1024 ** 2
const PART = { signer: { partSize: 5 * MIB } }

function partsStored({ storageProxy }: System): number {
  return storageProxy.exchanges.filter(
    ({ request, status }) => request.operation === 'UploadPart' && status === 200,
  ).length
}

describe('pause and resume', () => {
  it('stops sending at once, and resumes without resending stored parts', async () => {
    const system = await startSystem(PART)
    const file = seededFile('a', 25 * MIB, 1)
    const upload = system.uploader('me', { connections: 1 }).upload(file)
    const states = statesOf(upload)
    await system.storageProxy.until(() => partsStored(system) === 2)
    upload.pause()
    expect(upload.state).toBe('paused')
    await system.storageProxy.until(() => system.storageProxy.exchanges.every(({ ended }) => ended))
    const before = system.storageProxy.exchanges.length
    upload.resume()
    expect(upload.state).toBe('queued')
    const { key } = await upload.done
    expect(await sha256Stored(system, key)).toBe(await sha256Given(file))
    const again = system.storageProxy.exchanges
      .slice(before)
      .filter(({ request }) => request.operation === 'UploadPart')
    // Of two that S3 has, the client may not have heard of the second.
    expect(again.length).toBeLessThanOrEqual(4)
    expect(states).toEqual([
      'queued',
      'uploading',
      'paused',
      'queued',
      'uploading',
      'completing',
      'done',
    ])
  })

  it.each([
    ['the parts that are', 17 * MIB, 'UploadPart', 2, 4],
    ['a file that is', 3 * MIB, 'PostObject', 1, 1],
  ])('lets %s finish, and does not resend them', async (_, size, operation, first, all) => {
    const system = await startSystem({
      ...PART,
      storagePlan: (request) =>
        request.operation === operation ? { kind: 'stall-response' } : undefined,
    })
    const { storageProxy } = system
    const sent = () =>
      storageProxy.exchanges.filter(({ request }) => request.operation === operation)
    const upload = system.uploader('me', { connections: 3 }).upload(seededFile('a', size, 7))
    await storageProxy.until(() => storageProxy.stalled === first)
    upload.pause()
    expect(upload.state).toBe('paused')
    storageProxy.usePlan(() => undefined)
    storageProxy.release()
    await storageProxy.until(() => sent().every(({ ended }) => ended))
    expect(upload.state).toBe('paused')
    upload.resume()
    expect(await upload.done).toMatchObject({ size })
    expect(sent()).toHaveLength(all)
    expect(sent().every(({ status = 0 }) => status < 300)).toBe(true)
  })

  it('may come before anything has been sent, and any number of times', async () => {
    const system = await startSystem()
    const upload = system.uploader('me').upload(seededFile('a', 3 * MIB, 2))
    for (let times = 0; times < 5; times += 1) {
      upload.pause()
      upload.pause()
      upload.resume()
      await Promise.resolve()
    }
    expect(await upload.done).toMatchObject({ size: 3 * MIB })
    expect(system.completed).toHaveLength(1)
  })
})

describe('abort', () => {
  it('rejects done with ABORTED and deletes the parts in S3', async () => {
    const system = await startSystem(PART)
    const upload = system.uploader('me').upload(seededFile('a', 40 * MIB, 5))
    await system.storageProxy.until(() => partsStored(system) > 0)
    upload.abort()
    expect(upload.state).toBe('aborted')
    expect(await failureOf(upload)).toMatchObject({ code: 'ABORTED' })
    await eventually(() => openUploads(system)).toEqual([])
    expect(system.completed).toEqual([])
  })

  it('follows a signal, even one that has already fired', async () => {
    const system = await startSystem()
    const uploader = system.uploader('me')
    const fired = uploader.upload(new File(['a'], 'a'), { signal: AbortSignal.abort() })
    const controller = new AbortController()
    const later = uploader.upload(new File(['b'], 'b'), { signal: controller.signal })
    later.on('state', ({ state }) => {
      if (state === 'uploading') controller.abort()
    })
    expect(await failureOf(fired)).toMatchObject({ code: 'ABORTED' })
    expect(await failureOf(later)).toMatchObject({ code: 'ABORTED' })
    expect(system.completed).toEqual([])
  })

  it('aborts an upload that the signer grants too late', async () => {
    const system = await startSystem({
      signerPlan: ({ path }) =>
        path.endsWith('/api/uploads') ? { kind: 'stall-response' } : undefined,
    })
    const upload = system.uploader('me').upload(seededFile('a', 40 * MIB, 6))
    await system.signerProxy.until(() => system.signerProxy.stalled === 1)
    upload.abort()
    expect(await failureOf(upload)).toMatchObject({ code: 'ABORTED' })
    expect(await openUploads(system)).toHaveLength(1)
    system.signerProxy.release()
    await eventually(() => openUploads(system)).toEqual([])
  })
})
