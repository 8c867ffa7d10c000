import { seededFile } from '@waybill/test-support/seeded-file'
import { headersStored, sha256Given, sha256Stored } from '@waybill/test-support/stored'
import { startSystem } from '@waybill/test-support/system'
import { failureOf, statesOf } from '@waybill/test-support/upload-watch'
import { describe, expect, it, vi } from 'vitest'
import { UploadError } from 'waybill'
import { S3Error } from 'waybill-s3'

const MIB = 1024 ** 2

/** What such platforms open: a `Blob` to read, of which no other can be made. */
function fileOnDisk(content: Blob): Blob {
  return Object.create(Blob.prototype, {
    ...{ size: { value: content.size }, type: { value: '' } },
    arrayBuffer: { value: () => content.arrayBuffer() },
  })
}

describe('an upload of a small file', () => {
  it.each([0, 1, MIB - 1, MIB, 5 * MIB + 1, 16 * MIB])(
    'stores %i bytes with a presigned POST, pinned by their SHA-256',
    async (size) => {
      const system = await startSystem()
      const file = seededFile('small.bin', size, size)
      const { key, verifiedBy } = await system.uploader('me').upload(file).done
      expect(await sha256Stored(system, key)).toBe(await sha256Given(file))
      expect(verifiedBy).toBe('SHA256')
      const operations = system.storageProxy.exchanges.map(({ request }) => request.operation)
      expect(operations.filter((operation) => operation === 'PostObject')).toHaveLength(1)
    },
  )

  it('stores a file on disk that the platform cannot put into a form (Bun, Deno)', async () => {
    const system = await startSystem()
    const content = new Blob(['on disk'])
    const { key } = await system.uploader('me').upload(fileOnDisk(content)).done
    expect(await sha256Stored(system, key)).toBe(await sha256Given(content))
  })

  it('reads it once, for its hash, because the form only refers to it', async () => {
    const system = await startSystem()
    const file = new File(['a'], 'a.txt', { type: 'text/plain' })
    const reads = vi.spyOn(file, 'arrayBuffer')
    await system.uploader('me').upload(file).done
    expect(reads).toHaveBeenCalledTimes(1)
  })

  it('goes through its states and keeps the handle up to date', async () => {
    const system = await startSystem()
    const upload = system
      .uploader('me')
      .upload(new File(['a'], 'a.txt', { type: 'Text/Plain; x=y' }))
    const states = statesOf(upload)
    expect(String(upload)).toBe('[object Upload]')
    expect([upload.name, upload.size, upload.type]).toEqual(['a.txt', 1, 'text/plain'])
    expect(upload.progress).toEqual({ sent: 0, stored: 0, total: 1, fraction: 0 })
    await upload.done
    expect(states).toEqual(['queued', 'hashing', 'queued', 'uploading', 'completing', 'done'])
    expect(upload.progress).toEqual({ sent: 1, stored: 1, total: 1, fraction: 1 })
    expect(upload.error).toBeUndefined()
  })

  it('takes name, type and metadata from the options', async () => {
    const system = await startSystem()
    const options = { name: 'ü.csv', type: 'text/csv', metadata: { folder: 'sheets' } }
    const { key } = await system.uploader('me').upload(new Blob(['a,b']), options).done
    expect(key).toMatch(/^sheets\//)
    expect(await headersStored(system, key)).toMatchObject({ 'content-type': 'text/csv' })
  })

  it("fails with the signer's rejection, and sends nothing", async () => {
    const system = await startSystem()
    const upload = system
      .uploader('me')
      .upload(new File(['<script>'], 'x.html', { type: 'text/html' }))
    expect(await failureOf(upload)).toMatchObject({ code: 'FILE_TYPE_NOT_ALLOWED' })
    expect(upload.state).toBe('failed')
    expect(upload.error).toBeInstanceOf(UploadError)
    expect(system.storageProxy.exchanges).toEqual([])
  })

  it("fails with S3's message, and an S3Error as its cause", async () => {
    const system = await startSystem({
      signer: { credentials: { accessKeyId: 'nobody', secretAccessKey: 'nothing' } },
    })
    const upload = system.uploader('me').upload(new File(['a'], 'a.txt', { type: 'text/plain' }))
    const error = await failureOf(upload)
    expect(error).toMatchObject({ code: 'STORAGE_REFUSED' })
    expect(error instanceof UploadError && error.cause).toBeInstanceOf(S3Error)
    expect(error).toMatchObject({ cause: { code: 'InvalidAccessKeyId', status: 403 } })
    expect(String(error)).not.toMatch(/signature|X-Amz|nobody/i)
  })
})
