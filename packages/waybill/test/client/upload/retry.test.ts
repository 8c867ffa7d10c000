import { getEventListeners } from 'node:events'
import { memoryRecords } from '@waybill/test-support/memory-records'
import { seededFile } from '@waybill/test-support/seeded-file'
import { openUploads, partsSent, sha256Given, sha256Stored } from '@waybill/test-support/stored'
import { startSystem } from '@waybill/test-support/system'
import { failureOf, statesOf } from '@waybill/test-support/upload-watch'
import { describe, expect, it } from 'vitest'

const MIB = 1024 ** 2
const PART = { signer: { partSize: 5 * MIB } }

function sessionOf(id: string) {
  return { accessKeyId: `ASIA${id}`, secretAccessKey: `of ${id}`, sessionToken: `token of ${id}` }
}

describe('retry', () => {
  it.each([
    ['a record', () => memoryRecords()],
    ['memory alone', () => false as const],
  ])('restarts a failed upload from what S3 has, using %s', async (_name, storeOf) => {
    const system = await startSystem(PART)
    const file = seededFile('a', 25 * MIB, 1)
    const uploader = system.uploader('me', {
      connections: 1,
      retryForMs: 0,
      resumeStore: storeOf(),
    })
    const upload = uploader.upload(file)
    const first = upload.done
    await system.storageProxy.until(() => partsSent(system).length === 3)
    system.storageProxy.offline()
    expect(await failureOf(upload)).toMatchObject({ code: 'NETWORK_FAILED' })
    expect(upload.state).toBe('failed')
    const before = partsSent(system).length
    system.storageProxy.online()
    const states = statesOf(upload)
    upload.retry()
    expect([upload.state, upload.error]).toEqual(['queued', undefined])
    expect(upload.done).not.toBe(first)
    upload.retry()
    const { key } = await upload.done
    expect(await sha256Stored(system, key)).toBe(await sha256Given(file))
    expect(partsSent(system).length - before).toBeLessThanOrEqual(3)
    expect(states).toEqual(['failed', 'queued', 'uploading', 'completing', 'done'])
    await expect(first).rejects.toMatchObject({ code: 'NETWORK_FAILED' })
  })

  it('is tried at once, even if the server was unavailable for so long that pauses have grown', async () => {
    const system = await startSystem()
    system.storageProxy.offline()
    const upload = system.uploader('me', { retryForMs: 1_500 }).upload(seededFile('a', 1_000, 1))
    expect(await failureOf(upload)).toMatchObject({ code: 'NETWORK_FAILED' })
    system.storageProxy.online()
    const states = statesOf(upload)
    upload.retry()
    await upload.done
    expect(states).toEqual(['failed', 'queued', 'uploading', 'completing', 'done'])
  })

  it.each([
    ['before it begins', 'CreateMultipartUpload', 0],
    ['between its parts', 'UploadPart', 2],
    ['when it is completed', 'CompleteMultipartUpload', 5],
  ])(
    'resumes where S3 is once the signer has a new session, which expired %s',
    async (_, at, kept) => {
      const first = { ...sessionOf('ONE'), expiration: new Date(Date.now() + 3_600_000) }
      const own = { accessKeyId: 'waybill-local', secretAccessKey: 'waybill-local-secret' }
      const signer = { partSize: 5 * MIB, credentials: sessionOf('ONE') }
      const system = await startSystem({
        signer,
        credentials: [own, first, sessionOf('TWO')],
        storagePlan: ({ operation, partNumber = 3 }) => {
          if (operation === at && partNumber === 3) first.expiration = new Date(0)
          return undefined
        },
      })
      const file = seededFile('a', 25 * MIB, 5)
      const upload = system.uploader('me', { connections: 1 }).upload(file)
      expect(await failureOf(upload)).toMatchObject({
        code: 'CREDENTIALS_EXPIRED',
        message: expect.stringContaining("the signer's temporary credentials have expired"),
      })
      expect(await openUploads(system)).toHaveLength(kept ? 1 : 0)
      const before = partsSent(system).length
      Object.assign(signer, { credentials: sessionOf('TWO') })
      await system.restartSigner()
      upload.retry()
      const { key } = await upload.done
      expect(await sha256Stored(system, key)).toBe(await sha256Given(file))
      // A URL of the old session may be tried once more.
      expect(partsSent(system).length - before).toBeLessThanOrEqual(5 - kept + 1)
    },
  )

  it('does not continue an upload that is being aborted', async () => {
    let session: 'first' | 'ended' | 'second' = 'first'
    const system = await startSystem({
      storagePlan: ({ operation }) => {
        if (operation === 'UploadPart' && session === 'first') session = 'ended'
        return undefined
      },
      signer: {
        partSize: 5 * MIB,
        rules: {
          any: {
            ...{ types: ['*/*'], maxSize: '1 GB' },
            authorize: () => (session === 'ended' ? false : { owner: 'me' }),
          },
        },
      },
    })
    const calls = (path: string, status: number) =>
      system.signerProxy.exchanges.filter(
        (exchange) => exchange.request.path.endsWith(path) && exchange.status === status,
      ).length
    const file = seededFile('a', 17 * MIB, 3)
    const upload = system.uploader('me').upload(file)
    expect(await failureOf(upload)).toMatchObject({ code: 'UNAUTHENTICATED' })
    await system.signerProxy.until(() => calls('/abort', 401) === 1)
    session = 'second'
    upload.retry()
    const { key } = await upload.done
    expect(await sha256Stored(system, key)).toBe(await sha256Given(file))
    expect(calls('/list', 200)).toBe(0)
    await system.signerProxy.until(() => calls('/abort', 204) === 1)
    expect(await openUploads(system)).toEqual([])
  })

  it('may be called by a listener: the first promise still rejects with its failure', async () => {
    const system = await startSystem()
    system.signerProxy.offline()
    const upload = system.uploader('me', { retryForMs: 0 }).upload(new File(['a'], 'a'))
    const first = upload.done
    upload.on('state', ({ state }) => {
      if (state !== 'failed') return
      system.signerProxy.online()
      upload.retry()
    })
    await expect(first).rejects.toMatchObject({ code: 'SIGNER_UNAVAILABLE' })
    expect(await upload.done).toHaveProperty('key')
  })

  it('lets forgetAll abort the upload again', async () => {
    const system = await startSystem()
    system.signerProxy.offline()
    const uploader = system.uploader('me', { retryForMs: 0 })
    const upload = uploader.upload(new File(['a'], 'a'))
    await failureOf(upload)
    upload.retry()
    await uploader.forgetAll()
    expect(await failureOf(upload)).toMatchObject({ code: 'ABORTED' })
  })
})

describe("the caller's signal", () => {
  it('keeps no listener when uploads are over, however they ended', async () => {
    const system = await startSystem()
    const { signal } = new AbortController()
    const uploader = system.uploader('me')
    const done = Array.from({ length: 20 }, (_, index) =>
      uploader.upload(new File(['a'], `${index}`), { signal }),
    )
    const failed = uploader.upload(new File(['a'], 'a.html', { type: 'text/html' }), { signal })
    const aborted = uploader.upload(new File(['a'], 'b'), { signal })
    expect(getEventListeners(signal, 'abort')).toHaveLength(22)
    aborted.abort()
    await Promise.allSettled([...done, failed, aborted].map((upload) => upload.done))
    expect(failed.state).toBe('failed')
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })
})

describe('abort while an upload is completing', () => {
  const isComplete = ({ path }: { path: string }) => path.endsWith('/complete')

  it.each([
    ['in parts', 17 * MIB],
    ['in one request', 1000],
  ])('%s waits for the response, and reports that the object is stored', async (_name, size) => {
    const system = await startSystem({
      ...PART,
      signerPlan: (request) => (isComplete(request) ? { kind: 'stall-response' } : undefined),
    })
    const file = seededFile('a', size, 2)
    const upload = system.uploader('me').upload(file)
    await system.signerProxy.until(() => system.signerProxy.stalled === 1)
    upload.abort()
    expect(upload.state).toBe('completing')
    system.signerProxy.release()
    const { key } = await upload.done
    expect(upload.state).toBe('done')
    expect(await sha256Stored(system, key)).toBe(await sha256Given(file))
    expect(system.completed).toEqual([key])
  })
})
