import { describe, expect, it } from 'vitest'
import { createUploader, type Upload } from 'waybill/client'
import { type MemoryRecords, memoryRecords } from '../../support/memory-records.ts'
import { seededFile } from '../../support/seeded-file.ts'
import { startWorld, type World } from '../../support/system.ts'
import { abortAll, openUploads, sha256Given, sha256Stored } from '../stored.ts'
import { nextEvent } from '../upload/upload-watch.ts'

const MIB = 1024 ** 2
const PART_SIZE = 5 * MIB
const SIZE = 40 * MIB
const OPTIONS = { signer: { partSize: PART_SIZE } }
const AFTER_PARTS = 3

function partsSent({ storageProxy }: World): number[] {
  return storageProxy.exchanges
    .filter(({ request }) => request.operation === 'UploadPart')
    .map(({ request }) => request.partNumber ?? 0)
}

/** Sends some parts and then leaves the page: nothing is aborted, everything stands still. */
async function leaveMidway(world: World, records: MemoryRecords, file: File): Promise<void> {
  const upload = world.uploader('me', { resumeStore: records, connections: 1 }).upload(file)
  await partsRecorded(records, AFTER_PARTS)
  upload.pause()
  await world.storageProxy.until(() => world.storageProxy.exchanges.every(({ ended }) => ended))
  records.reload()
}

function partsRecorded({ records, written }: MemoryRecords, count: number): Promise<void> {
  const isReached = () =>
    [...records.values()].some(({ crcs }) => crcs.filter(Boolean).length >= count)
  return written(isReached)
}

async function finish(world: World, upload: Upload, file: File): Promise<void> {
  const { key } = await upload.done
  expect(await sha256Stored(world, key)).toBe(await sha256Given(file))
}

describe('an upload in parts after a reload', () => {
  it('sends only what is missing, and forgets its record when it is done', async () => {
    const world = await startWorld(OPTIONS)
    const records = memoryRecords()
    const file = seededFile('film.mp4', SIZE, 1)
    await leaveMidway(world, records, file)
    const before = partsSent(world).length
    const upload = world
      .uploader('me', { resumeStore: records })
      .upload(seededFile('film.mp4', SIZE, 1))
    const { sent } = await nextEvent(upload, 'progress')
    expect(sent).toBeGreaterThanOrEqual(AFTER_PARTS * PART_SIZE)
    await finish(world, upload, file)
    expect(partsSent(world).length - before).toBeLessThanOrEqual(8 - AFTER_PARTS)
    expect(records.records.size).toBe(0)
    expect(await openUploads(world)).toEqual([])
    expect(world.completed).toHaveLength(1)
  })

  it('sends a part again whose CRC the store lists otherwise or not at all', async () => {
    const world = await startWorld(OPTIONS)
    const records = memoryRecords()
    const file = seededFile('film.mp4', SIZE, 2)
    await leaveMidway(world, records, file)
    const [record] = records.records.values()
    if (!record) throw new Error('no record')
    // A crash lost the first CRC; S3 has the part all the same.
    await records.write({ ...record, crcs: ['', ...record.crcs.slice(1)] })
    const before = partsSent(world).length
    await finish(world, world.uploader('me', { resumeStore: records }).upload(file), file)
    expect(partsSent(world).slice(before)).toContain(1)
    expect(partsSent(world).slice(before)).not.toContain(2)
  })

  it('begins anew when the file has another middle, and takes the old parts back', async () => {
    const world = await startWorld(OPTIONS)
    const records = memoryRecords()
    const file = seededFile('film.mp4', SIZE, 3)
    await leaveMidway(world, records, file)
    const other = new File([file.slice(0, 6 * MIB), 'X', file.slice(6 * MIB + 1)], 'film.mp4', {
      type: file.type,
      lastModified: file.lastModified,
    })
    await finish(world, world.uploader('me', { resumeStore: records }).upload(other), other)
    expect(await openUploads(world)).toEqual([])
    expect(world.completed).toHaveLength(1)
  })

  it.each([
    ['name', 'other.mp4', 0, {}],
    ['time of its last change', 'film.mp4', 1, {}],
    ['metadata', 'film.mp4', 0, { folder: 'elsewhere' }],
  ])('begins anew for a file with another %s', async (_, name, lastModified, metadata) => {
    const world = await startWorld(OPTIONS)
    const records = memoryRecords()
    await leaveMidway(world, records, seededFile('film.mp4', SIZE, 4))
    const file = seededFile(name, SIZE, 4, lastModified)
    const before = partsSent(world).length
    await finish(
      world,
      world.uploader('me', { resumeStore: records }).upload(file, { metadata }),
      file,
    )
    expect(partsSent(world).length - before).toBe(8)
  })

  it('begins anew when S3 has removed the parts', async () => {
    const world = await startWorld(OPTIONS)
    const records = memoryRecords()
    const file = seededFile('film.mp4', SIZE, 5)
    await leaveMidway(world, records, file)
    await abortAll(world)
    await finish(world, world.uploader('me', { resumeStore: records }).upload(file), file)
  })

  it('begins anew for another owner, whose waybill the record is not', async () => {
    const world = await startWorld(OPTIONS)
    const records = memoryRecords()
    const file = seededFile('film.mp4', SIZE, 6)
    await leaveMidway(world, records, file)
    await finish(
      world,
      world.uploader('somebody else', { resumeStore: records }).upload(file),
      file,
    )
    expect(await openUploads(world)).toHaveLength(1)
  })

  it('does not make a second object when only the answer to complete was lost', async () => {
    const world = await startWorld(OPTIONS)
    const records = memoryRecords()
    const file = seededFile('film.mp4', SIZE, 7)
    world.signerProxy.usePlan(({ path }) =>
      path.endsWith('/complete') ? { kind: 'stall-response' } : undefined,
    )
    const first = world.uploader('me', { resumeStore: records }).upload(file)
    await world.signerProxy.until(() => world.signerProxy.stalled === 1)
    expect(first.state).toBe('completing')
    records.reload()
    world.signerProxy.usePlan(() => undefined)
    const before = partsSent(world).length
    await finish(world, world.uploader('me', { resumeStore: records }).upload(file), file)
    expect(partsSent(world)).toHaveLength(before)
    expect(new Set(world.completed).size).toBe(1)
  })
})

describe('the same file in two tabs', () => {
  it('is uploaded twice, each to its own object, neither disturbing the other', async () => {
    const world = await startWorld({
      signer: {
        partSize: PART_SIZE,
        rules: { any: { types: ['*/*'], maxSize: '1 GiB', public: true } },
      },
    })
    const records = memoryRecords()
    const file = seededFile('film.mp4', SIZE, 8)
    const uploads = ['one', 'two'].map(() =>
      world.uploader('me', { resumeStore: records }).upload(file),
    )
    const [one, two] = await Promise.all(uploads.map(({ done }) => done))
    expect(one?.key).not.toBe(two?.key)
    for (const completed of [one, two]) {
      expect(await sha256Stored(world, completed?.key ?? '')).toBe(await sha256Given(file))
    }
  })
})

describe('interrupted', () => {
  it('lists what can go on, and goes on with the file', async () => {
    const world = await startWorld(OPTIONS)
    const records = memoryRecords()
    const file = seededFile('film.mp4', SIZE, 9)
    await leaveMidway(world, records, file)
    const uploader = world.uploader('me', { resumeStore: records })
    const [interrupted, ...others] = await uploader.interrupted()
    expect(others).toEqual([])
    expect(interrupted).toMatchObject({ name: 'film.mp4', size: SIZE, canReopen: false })
    expect(interrupted?.sent).toBeGreaterThanOrEqual(AFTER_PARTS * PART_SIZE)
    expect(() => interrupted?.resume()).toThrow(TypeError)
    const upload = interrupted?.resume(file)
    if (upload) await finish(world, upload, file)
    expect(await uploader.interrupted()).toEqual([])
  })

  it('leaves out uploads that are under way, of other signers, or too old', async () => {
    const world = await startWorld(OPTIONS)
    const records = memoryRecords()
    const file = seededFile('film.mp4', SIZE, 10)
    await leaveMidway(world, records, file)
    const elsewhere = createUploader({
      endpoint: 'https://elsewhere.example/',
      resumeStore: records,
    })
    expect(await elsewhere.interrupted()).toEqual([])
    const inThreeWeeks = () => new Date(Date.now() + 21 * 24 * 3600 * 1000)
    const upload = world.uploader('me', { resumeStore: records, connections: 1 }).upload(file)
    await nextEvent(upload, 'state', ({ state }) => state === 'uploading')
    expect(await world.uploader('me', { resumeStore: records }).interrupted()).toEqual([])
    upload.pause()
    records.reload()
    expect(
      await world.uploader('me', { resumeStore: records, now: inThreeWeeks }).interrupted(),
    ).toEqual([])
    expect(records.records.size).toBe(0)
    upload.abort()
  })

  it('gives an upload up on request', async () => {
    const world = await startWorld(OPTIONS)
    const records = memoryRecords()
    await leaveMidway(world, records, seededFile('film.mp4', SIZE, 11))
    const uploader = world.uploader('me', { resumeStore: records })
    const [interrupted] = await uploader.interrupted()
    await interrupted?.forget()
    await world.signerProxy.until(() =>
      world.signerProxy.exchanges.some(
        ({ request, status }) => request.path.endsWith('/abort') && status !== undefined,
      ),
    )
    expect(await openUploads(world)).toEqual([])
    expect(await uploader.interrupted()).toEqual([])
  })
})
