import { type MemoryRecords, memoryRecords } from '@waybill/test-support/memory-records'
import { seededFile } from '@waybill/test-support/seeded-file'
import { openUploads, partsSent, sha256Given, sha256Stored } from '@waybill/test-support/stored'
import { ON_A_QUICK_LINE, type System, startSystem } from '@waybill/test-support/system'
import { leaveMidway, nextEvent } from '@waybill/test-support/upload-watch'
import { describe, expect, it } from 'vitest'
import type { Upload } from 'waybill/client'

const MIB = 1024 ** 2
const PART_SIZE = 5 * MIB
const PART_COUNT = 4
const SIZE = 17 * MIB
const OPTIONS = { signer: { partSize: PART_SIZE } }
const AFTER_PARTS = 2

async function leave(system: System, records: MemoryRecords, file: File): Promise<void> {
  const uploader = system.uploader('me', { resumeStore: records, connections: 1 })
  await leaveMidway(system, uploader.upload(file), records)
}

async function finish(system: System, upload: Upload, file: File): Promise<void> {
  const { key } = await upload.done
  expect(await sha256Stored(system, key)).toBe(await sha256Given(file))
}

describe('a multipart upload after a reload', () => {
  it('sends only what is missing, and deletes its record when it is done', async () => {
    const system = await startSystem(OPTIONS)
    const records = memoryRecords()
    const file = seededFile('film.mp4', SIZE, 1)
    await leave(system, records, file)
    const before = partsSent(system).length
    const uploader = system.uploader('me', { resumeStore: records, effects: ON_A_QUICK_LINE })
    const upload = uploader.upload(seededFile('film.mp4', SIZE, 1))
    const { sent } = await nextEvent(upload, 'progress')
    expect(sent).toBeGreaterThanOrEqual(AFTER_PARTS * PART_SIZE)
    await finish(system, upload, file)
    expect(partsSent(system).length - before).toBeLessThanOrEqual(PART_COUNT - AFTER_PARTS)
    expect(records.records.size).toBe(0)
    expect(await openUploads(system)).toEqual([])
    expect(system.completed).toHaveLength(1)
  })

  it.each([
    ['is chosen without its folder', 'films/2026/film.mp4', ''],
    ['had none and is chosen in a folder', '', 'films/2026/film.mp4'],
  ])('keeps the path of a file that %s', async (_, path, later) => {
    const system = await startSystem(OPTIONS)
    const records = memoryRecords()
    const fileAt = (value: string) =>
      Object.defineProperty(seededFile('film.mp4', SIZE, 1), 'webkitRelativePath', { value })
    const file = fileAt(path)
    await leave(system, records, file)
    const before = partsSent(system).length
    const uploader = system.uploader('me', { resumeStore: records, effects: ON_A_QUICK_LINE })
    const [found] = await uploader.interrupted()
    expect(found).toMatchObject({ canReopen: false })
    expect(found?.path ?? '').toBe(path)
    const upload = found?.resume(fileAt(later))
    if (!upload) throw new Error('nothing was interrupted')
    await finish(system, upload, file)
    expect(partsSent(system).length - before).toBeLessThanOrEqual(PART_COUNT - AFTER_PARTS)
  })

  it('resends a part whose CRC is listed differently or not at all', async () => {
    const system = await startSystem(OPTIONS)
    const records = memoryRecords()
    const file = seededFile('film.mp4', SIZE, 2)
    await leave(system, records, file)
    const [record] = records.records.values()
    if (!record) throw new Error('no record')
    // A crash lost the first CRC; S3 has the part all the same.
    await records.write({ ...record, crcs: ['', ...record.crcs.slice(1)] })
    const before = partsSent(system).length
    await finish(system, system.uploader('me', { resumeStore: records }).upload(file), file)
    expect(partsSent(system).slice(before)).toContain(1)
    expect(partsSent(system).slice(before)).not.toContain(2)
  })

  it('starts over if the middle of the file has changed, and aborts the old upload', async () => {
    const system = await startSystem(OPTIONS)
    const records = memoryRecords()
    const file = seededFile('film.mp4', SIZE, 3)
    await leave(system, records, file)
    const other = new File([file.slice(0, 6 * MIB), 'X', file.slice(6 * MIB + 1)], 'film.mp4', {
      type: file.type,
      lastModified: file.lastModified,
    })
    await finish(system, system.uploader('me', { resumeStore: records }).upload(other), other)
    expect(await openUploads(system)).toEqual([])
    expect(system.completed).toHaveLength(1)
  })

  it("starts over for another owner, who cannot use the record's waybill", async () => {
    const system = await startSystem(OPTIONS)
    const records = memoryRecords()
    const file = seededFile('film.mp4', SIZE, 6)
    await leave(system, records, file)
    await finish(
      system,
      system.uploader('somebody else', { resumeStore: records }).upload(file),
      file,
    )
    expect(await openUploads(system)).toHaveLength(1)
  })

  it('creates no second object if only the response to complete was lost', async () => {
    const system = await startSystem(OPTIONS)
    const records = memoryRecords()
    const file = seededFile('film.mp4', SIZE, 7)
    system.signerProxy.usePlan(({ path }) =>
      path.endsWith('/complete') ? { kind: 'stall-response' } : undefined,
    )
    const first = system.uploader('me', { resumeStore: records }).upload(file)
    await system.signerProxy.until(() => system.signerProxy.stalled === 1)
    expect(first.state).toBe('completing')
    records.reload()
    system.signerProxy.usePlan(() => undefined)
    const before = partsSent(system).length
    await finish(system, system.uploader('me', { resumeStore: records }).upload(file), file)
    expect(partsSent(system)).toHaveLength(before)
    expect(new Set(system.completed).size).toBe(1)
  })
})

describe('the same file in two tabs', () => {
  it('is uploaded twice, to separate objects, without interfering', async () => {
    const system = await startSystem({
      signer: {
        partSize: PART_SIZE,
        rules: { any: { types: ['*/*'], maxSize: '1 GiB', public: true } },
      },
    })
    const records = memoryRecords()
    const file = seededFile('film.mp4', SIZE, 8)
    const uploads = ['one', 'two'].map(() =>
      system.uploader('me', { resumeStore: records }).upload(file),
    )
    const [one, two] = await Promise.all(uploads.map(({ done }) => done))
    expect(one?.key).not.toBe(two?.key)
    for (const completed of [one, two]) {
      expect(await sha256Stored(system, completed?.key ?? '')).toBe(await sha256Given(file))
    }
  })
})
