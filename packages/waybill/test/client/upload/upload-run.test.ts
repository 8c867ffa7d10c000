import { eventually, settle } from '@waybill/test-support/eventually'
import { memoryRecords } from '@waybill/test-support/memory-records'
import { nextEvent, statesOf } from '@waybill/test-support/upload-watch'
import { describe, expect, it } from 'vitest'
import { endOf, PART_SIZE, type Script, uploaderBy } from './scripted-storage.ts'

const MIB = 1024 ** 2
/** Of so many bytes a file is hashed, and of one more it is not. */
const MAX_HASHED = 16 * MIB
/** Two parts. */
const SIZE = PART_SIZE + 1

function fileOf(size: number): File {
  const bytes = [new Uint8Array(size)]
  return new File(bytes, 'a.bin', { type: 'a/b', lastModified: 0 })
}

/** An uploader of files in parts, over records of its own. */
function inParts(script: Script = {}) {
  const records = memoryRecords()
  const scripted = uploaderBy({ strategy: 'multipart', resumeStore: records, ...script })
  const ids: string[] = []
  /** Whether the record that there was is held by nobody. */
  const isFree = async () => {
    ids.push(...records.records.keys())
    const [id = 'none'] = ids
    const release = await records.claim(id)
    release?.()
    return release !== undefined
  }
  return { ...scripted, records, isFree }
}

const BOTH = ['send 1', 'send 2']

describe("a multipart upload's record", () => {
  it('is held while the upload is in flight, and deleted when it is done', async () => {
    const answer = Promise.withResolvers<void>()
    const { uploader, records, isFree, calls } = inParts({ until: [answer.promise] })
    const upload = uploader.upload(fileOf(SIZE))
    await records.written(() => records.records.size > 0)
    expect(await isFree()).toBe(false)
    answer.resolve()
    await upload.done
    expect([records.records.size, await isFree()]).toEqual([0, true])
    expect(calls).toEqual(['create', ...BOTH, 'complete w1'])
  })

  it('is kept if the upload can be resumed, which the next session does', async () => {
    const { uploader, records, isFree, calls } = inParts({ storage: ['stored', 'refused'] })
    const file = fileOf(SIZE)
    expect(await endOf(uploader.upload(file))).toMatchObject({ code: 'STORAGE_REFUSED' })
    expect([records.records.size, await isFree()]).toEqual([1, true])
    await uploader.upload(file).done
    expect(calls).toEqual(['create', ...BOTH, 'list w1', 'parts w1', 'send 2', 'complete w1'])
    expect([records.records.size, await isFree()]).toEqual([0, true])
  })

  it('is deleted, together with the parts in S3, if the upload can never be resumed', async () => {
    const { uploader, records, isFree, calls } = inParts({ complete: ['OBJECT_MISMATCH'] })
    expect(await endOf(uploader.upload(fileOf(SIZE)))).toMatchObject({ code: 'OBJECT_MISMATCH' })
    await settle()
    expect([records.records.size, await isFree()]).toEqual([0, true])
    expect(calls).toEqual(['create', ...BOTH, 'complete w1', 'abort w1'])
  })

  it('is deleted, together with the parts in S3, when the upload is aborted', async () => {
    const { promise } = Promise.withResolvers<void>()
    const { uploader, records, isFree, calls } = inParts({ until: [promise, promise] })
    const upload = uploader.upload(fileOf(SIZE))
    await records.written(() => records.records.size > 0)
    await isFree()
    upload.abort()
    await settle()
    expect([records.records.size, await isFree()]).toEqual([0, true])
    expect(calls.at(-1)).toBe('abort w1')
  })

  it('is released if the upload is aborted while it is being claimed', async () => {
    const store = memoryRecords()
    const asked = Promise.withResolvers<void>()
    const given = Promise.withResolvers<void>()
    const claimed: string[] = []
    const claim = async (id: string) => {
      asked.resolve()
      claimed.push(id)
      await given.promise
      return store.claim(id)
    }
    const { uploader, calls } = inParts({ resumeStore: { ...store, claim } })
    const upload = uploader.upload(fileOf(SIZE))
    await asked.promise
    upload.abort()
    given.resolve()
    await settle()
    const [id = ''] = claimed
    expect(await store.claim(id)).toBeDefined()
    expect(calls).toEqual([])
  })

  it('differs between rules', async () => {
    const { uploader, records } = inParts({ storage: Array(4).fill('refused') })
    await endOf(uploader.upload(fileOf(SIZE), { rule: 'video' }))
    await endOf(uploader.upload(fileOf(SIZE)))
    expect([...records.records.values()].map(({ rule }) => rule)).toEqual(['video', undefined])
  })

  it('is held while the upload is paused, whose file is not opened again', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const { uploader, records, isFree, calls } = inParts({ until: [promise], connections: 1 })
    let opened = 0
    // The record holds it: what can be cloned of it is its name.
    class Handle {
      readonly name = 'a.bin'
      async getFile() {
        opened += 1
        return fileOf(SIZE)
      }
    }
    const handle = new Handle() as unknown as FileSystemFileHandle
    const upload = uploader.upload(handle)
    await records.written(() => records.records.size > 0)
    upload.pause()
    await settle()
    expect(await isFree()).toBe(false)
    expect(upload.size).toBe(SIZE)
    // What is nearly sent still ends.
    resolve()
    upload.resume()
    await upload.done
    expect(opened).toBe(1)
    expect(calls.filter((call) => /^(?:create|list|complete)/.test(call))).toEqual([
      ...['create', 'list w1', 'complete w1'],
    ])
  })

  it.each([
    [PART_SIZE - 1, 0],
    [PART_SIZE, 1],
  ])('for %d bytes: there are %d', async (size, count) => {
    const { uploader, records, calls } = inParts({ storage: ['refused'] })
    await endOf(uploader.upload(fileOf(size)))
    await settle()
    expect(records.records.size).toBe(count)
    // What no later session could find is taken back.
    expect(calls.includes('abort w1')).toBe(count === 0)
  })
})

describe('an upload from an earlier session', () => {
  async function interrupted(script: Script) {
    const made = inParts({ storage: ['stored', 'refused'], ...script })
    const file = fileOf(SIZE)
    await endOf(made.uploader.upload(file))
    made.calls.length = 0
    return { ...made, upload: made.uploader.upload(file) }
  }

  it.each(['WAYBILL_EXPIRED', 'UPLOAD_NOT_FOUND', 'WAYBILL_NOT_YOURS'] as const)(
    'starts over if its list says %s',
    async (code) => {
      const { upload, calls, records } = await interrupted({ list: [code] })
      await upload.done
      expect(calls).toEqual(['list w1', 'abort w1', 'create', ...BOTH, 'complete w2'])
      expect(records.records.size).toBe(0)
    },
  )

  it('is aborted if the upload is aborted while its record is being claimed', async () => {
    const records = memoryRecords()
    let isFound = Promise.resolve()
    const asked: string[] = []
    const claim = async (id: string) => {
      asked.push(id)
      await isFound
      return records.claim(id)
    }
    const { promise, resolve } = Promise.withResolvers<void>()
    const resumeStore = { ...records, claim }
    const { calls, uploader } = inParts({ storage: ['stored', 'refused'], resumeStore })
    await endOf(uploader.upload(fileOf(SIZE)))
    calls.length = 0
    isFound = promise
    const upload = uploader.upload(fileOf(SIZE))
    await eventually(() => asked).toHaveLength(2)
    upload.abort()
    resolve()
    await eventually(() => calls).toEqual(['abort w1'])
    expect(records.records.size).toBe(0)
  })

  it('resends what S3 no longer has', async () => {
    const { upload, calls } = await interrupted({ listed: [] })
    await upload.done
    expect(calls).toEqual(['list w1', 'parts w1', ...BOTH, 'complete w1'])
  })

  it('is kept if listing its parts fails for another reason', async () => {
    const { upload, calls, records } = await interrupted({ list: ['FORBIDDEN'] })
    expect(await endOf(upload)).toMatchObject({ code: 'FORBIDDEN' })
    expect(calls).toEqual(['list w1'])
    expect(records.records.size).toBe(1)
  })
})

describe('a multipart upload without a record', () => {
  it('fails if its parts are so small that there would be too many', async () => {
    const { uploader, calls } = inParts()
    const size = 10_000 * PART_SIZE + 1
    const huge = Object.defineProperty(new File(['abc'], 'huge.bin'), 'size', { value: size })
    expect(await endOf(uploader.upload(huge))).toMatchObject({
      ...{ code: 'RESPONSE_INVALID', message: `partSize is ${PART_SIZE} for ${size} bytes` },
    })
    expect(calls).toContain('abort w1')
  })

  it('resumes from memory if its failure may pass', async () => {
    const { uploader, calls } = uploaderBy({ strategy: 'multipart', complete: ['QUOTA_EXCEEDED'] })
    const upload = uploader.upload(fileOf(SIZE))
    expect(await endOf(upload)).toMatchObject({ code: 'QUOTA_EXCEEDED' })
    upload.retry()
    await upload.done
    expect(calls).toEqual(['create', ...BOTH, 'complete w1', 'list w1', 'complete w1'])
  })

  it('starts over if it may not', async () => {
    const { uploader, calls } = uploaderBy({ strategy: 'multipart', complete: ['FORBIDDEN'] })
    const upload = uploader.upload(fileOf(SIZE))
    expect(await endOf(upload)).toMatchObject({ code: 'FORBIDDEN' })
    upload.retry()
    await upload.done
    const again = ['create', ...BOTH, 'complete w2']
    expect(calls).toEqual(['create', ...BOTH, 'complete w1', 'abort w1', ...again])
  })
})

describe("the bucket's second host", () => {
  const one = ['https://s3.example']
  const both = [...one, 'https://other.example/bucket/']

  it.each([
    ['a file in parts, where the page allows both', MAX_HASHED + 1, both, true],
    ['a file in parts, where the page allows one', MAX_HASHED + 1, one, undefined],
    ['a small file', MAX_HASHED, both, undefined],
  ])('is reported for %s: %j bytes', async (_, size, storageOrigins, told) => {
    const strategy = size > MAX_HASHED ? 'multipart' : 'post'
    const { uploader, described } = uploaderBy({ strategy, storageOrigins })
    await uploader.upload(fileOf(size)).done
    expect(described.map(({ secondHost }) => secondHost)).toEqual([told])
  })
})

describe("a file's SHA-256", () => {
  it.each([
    [1, true],
    [MAX_HASHED, true],
    [MAX_HASHED + 1, false],
  ])('for %d bytes is sent with the request: %j', async (size, isTold) => {
    const { uploader, described } = uploaderBy({ strategy: 'multipart' })
    const upload = uploader.upload(fileOf(size))
    const states = statesOf(upload)
    await upload.done
    expect(described.map(({ sha256 }) => sha256 !== undefined)).toEqual([isTold])
    const hashing = isTold ? ['hashing', 'queued'] : []
    expect(states).toEqual(['queued', ...hashing, 'uploading', 'completing', 'done'])
  })

  it('is sent for a larger file if the signer wants it, once', async () => {
    const create = ['CHECKSUM_REQUIRED', undefined, 'CHECKSUM_REQUIRED', 'CHECKSUM_REQUIRED']
    const { uploader, described, calls } = uploaderBy({ create } as Script)
    await uploader.upload(fileOf(MAX_HASHED + 1)).done
    expect(described).toMatchObject([{ sha256: expect.any(String) }])
    expect(calls).toEqual(['create', 'create', 'send', 'complete w1'])
    const again = await endOf(uploader.upload(fileOf(MAX_HASHED + 1)))
    expect(again).toMatchObject({ code: 'CHECKSUM_REQUIRED' })
    expect(calls.slice(4)).toEqual(['create', 'create'])
  })

  it('is not requested twice if it was sent', async () => {
    const { uploader, calls } = uploaderBy({ create: ['CHECKSUM_REQUIRED'] })
    expect(await endOf(uploader.upload(fileOf(1)))).toMatchObject({ code: 'CHECKSUM_REQUIRED' })
    expect(calls).toEqual(['create'])
  })

  it('is computed once, however often the upload is retried', async () => {
    const { uploader } = uploaderBy({ create: ['FORBIDDEN'] })
    const upload = uploader.upload(fileOf(1))
    const states = statesOf(upload)
    expect(await endOf(upload)).toMatchObject({ code: 'FORBIDDEN' })
    upload.retry()
    await upload.done
    expect(states.filter((state) => state === 'hashing')).toHaveLength(1)
  })
})

describe('small files', () => {
  it('are all uploaded at once', async () => {
    const answer = Promise.withResolvers<void>()
    const until = Array.from({ length: 7 }, () => answer.promise)
    const { uploader, described } = uploaderBy({ until })
    const uploads = Array.from({ length: 7 }, () => uploader.upload(new Blob(['abc'])))
    await Promise.all(uploads.map((upload) => nextEvent(upload, 'state', isUploading)))
    expect(described).toHaveLength(7)
    answer.resolve()
    await Promise.all(uploads.map(({ done }) => done))
  })
})

describe('files that are too large to be hashed', () => {
  /** A file that says that it is larger than it is. */
  const large = () => Object.defineProperty(fileOf(3), 'size', { value: MAX_HASHED + 1 })

  it('begin six at a time, and pass their slot on', async () => {
    const answers = Promise.withResolvers<void>()
    const until = Array.from({ length: 6 }, () => answers.promise)
    const { uploader, described } = uploaderBy({ until, connections: 7 })
    const uploads = Array.from({ length: 7 }, () => uploader.upload(large()))
    await nextEvent(uploads[5] ?? uploader.upload(large()), 'state', isUploading)
    await settle()
    expect([described.length, uploads[6]?.state]).toEqual([6, 'queued'])
    answers.resolve()
    await Promise.all(uploads.map(({ done }) => done))
    expect(described).toHaveLength(7)
  })

  it('release their slot when they fail', async () => {
    // One call asks for all.
    const { uploader } = uploaderBy({ create: ['FORBIDDEN'] })
    const uploads = Array.from({ length: 6 }, () => uploader.upload(large()))
    for (const upload of uploads) expect(await endOf(upload)).toMatchObject({ code: 'FORBIDDEN' })
    await expect(endOf(uploader.upload(large()))).resolves.toMatchObject({ verifiedBy: 'SHA256' })
  })
})

function isUploading({ state }: { readonly state: string }): boolean {
  return state === 'uploading'
}
