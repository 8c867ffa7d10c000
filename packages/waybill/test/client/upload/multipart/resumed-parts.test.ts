/**
 * An upload in parts that goes on: what is compared, what counts as sent, and which record is its
 * own.
 *
 * @module
 */

import { eventually } from '@waybill/test-support/eventually'
import { memoryRecords } from '@waybill/test-support/memory-records'
import { describe, expect, it } from 'vitest'
import { endOf, PART_SIZE, type Script, uploaderBy } from '../scripted-storage.ts'

const SIZE = PART_SIZE + 1
const BOTH = ['send 1', 'send 2']

/** Two parts; one byte in the middle of the first may be another. */
function fileOf(middle = 0): File {
  const bytes = new Uint8Array(SIZE)
  bytes[PART_SIZE / 2] = middle
  return new File([bytes], 'a.bin', { type: 'a/b', lastModified: 0 })
}

function uploading(script: Script = {}) {
  const resumeStore = memoryRecords()
  const scripted = uploaderBy({ strategy: 'multipart', resumeStore, ...script })
  return { ...scripted, records: resumeStore.records }
}

/** An uploader whose first upload has left its first part. */
async function interrupted() {
  const made = uploading({ storage: ['stored', 'refused'] })
  await endOf(made.uploader.upload(fileOf()))
  made.calls.length = 0
  return made
}

describe('an upload in parts that goes on', () => {
  it('begins with the bytes that S3 has', async () => {
    const { uploader } = await interrupted()
    const upload = uploader.upload(fileOf())
    const sent: number[] = []
    upload.on('state', ({ state }) => {
      if (state === 'uploading') sent.push(upload.progress.sent)
    })
    await upload.done
    expect(sent).toEqual([PART_SIZE])
  })

  it('sends again what S3 does not have any more, and goes on', async () => {
    const { uploader, calls, stored } = await interrupted()
    stored.clear()
    await uploader.upload(fileOf()).done
    expect(calls).toEqual(['list w1', 'parts w1', ...BOTH, 'complete w1'])
  })

  it('is begun anew where the file is another in its middle', async () => {
    const { uploader, calls } = await interrupted()
    await uploader.upload(fileOf(1)).done
    expect(calls[0]).toBe('list w1')
    expect(calls.slice(calls.indexOf('abort w1'))).toEqual([
      ...['abort w1', 'create', ...BOTH, 'complete w2'],
    ])
  })

  it('is taken back when it is aborted while its record is claimed', async () => {
    const records = memoryRecords()
    let isFound = Promise.resolve()
    const asked: string[] = []
    const claim = async (id: string) => {
      asked.push(id)
      await isFound
      return records.claim(id)
    }
    const resumeStore = { ...records, claim }
    const { uploader, calls } = uploading({ storage: ['stored', 'refused'], resumeStore })
    await endOf(uploader.upload(fileOf()))
    calls.length = 0
    const { promise, resolve } = Promise.withResolvers<void>()
    isFound = promise
    const upload = uploader.upload(fileOf())
    await eventually(() => asked).toHaveLength(2)
    upload.abort()
    resolve()
    await eventually(() => calls).toEqual(['abort w1'])
    expect(records.records.size).toBe(0)
  })

  it('has a record for each rule', async () => {
    const { uploader, records } = uploading({ storage: ['refused', 'refused', 'refused'] })
    await endOf(uploader.upload(fileOf(), { rule: 'video' }))
    expect([...records.values()]).toMatchObject([{ rule: 'video' }])
    await endOf(uploader.upload(fileOf()))
    expect(records.size).toBe(2)
    expect([...records.values()][1]).not.toHaveProperty('rule')
  })

  it('cannot have so many parts that they would have to be larger', async () => {
    const { uploader, calls } = uploading({ resumeStore: memoryRecords() })
    const size = 10_000 * PART_SIZE + 1
    const huge = Object.defineProperty(new File(['abc'], 'huge.bin'), 'size', { value: size })
    expect(await endOf(uploader.upload(huge))).toMatchObject({
      ...{ code: 'RESPONSE_INVALID', message: `partSize is ${PART_SIZE} for ${size} bytes` },
    })
    expect(calls).toContain('abort w1')
  })
})

describe('small files', () => {
  it('begin together, more of them than large ones', async () => {
    const answer = Promise.withResolvers<void>()
    const until = Array.from({ length: 7 }, () => answer.promise)
    const { uploader, described } = uploaderBy({ until })
    const uploads = Array.from({ length: 7 }, () => uploader.upload(new Blob(['abc'])))
    const isUploading = uploads.map(
      (upload) =>
        new Promise<void>((resolve) => {
          upload.on('state', ({ state }) => {
            if (state === 'uploading') resolve()
          })
        }),
    )
    await Promise.all(isUploading)
    expect(described).toHaveLength(7)
    answer.resolve()
    await Promise.all(uploads.map(({ done }) => done))
  })
})
