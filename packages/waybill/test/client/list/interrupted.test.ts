import { settled, snapshotOf } from '@waybill/test-support/list-watch'
import { type MemoryRecords, memoryRecords } from '@waybill/test-support/memory-records'
import { seededFile } from '@waybill/test-support/seeded-file'
import { partsSent, sha256Given, sha256Stored } from '@waybill/test-support/stored'
import { type System, startSystem } from '@waybill/test-support/system'
import { leaveMidway } from '@waybill/test-support/upload-watch'
import { describe, expect, it } from 'vitest'
import { createUploadList } from 'waybill/client'

const MIB = 1024 ** 2
const PARTS = { signer: { partSize: 5 * MIB } }

function film(): File {
  return seededFile('film.mp4', 17 * MIB, 1)
}

async function leave(system: System, records: MemoryRecords): Promise<void> {
  const uploader = system.uploader('me', { resumeStore: records, connections: 1 })
  await leaveMidway(system, uploader.upload(film()), records)
}

/** A list of the page after the reload, and what it offers. */
async function afterReload(system: System, records: MemoryRecords) {
  const list = createUploadList(system.uploader('me', { resumeStore: records }))
  const { interrupted } = await snapshotOf(list, (snapshot) => snapshot.interrupted.length > 0)
  const [item] = interrupted
  if (!item) throw new Error('nothing is offered')
  return { list, item }
}

describe("a list's interrupted uploads", () => {
  it('are offered, and resume as an item when the file is chosen again', async () => {
    const system = await startSystem(PARTS)
    const records = memoryRecords()
    await leave(system, records)
    const { list, item } = await afterReload(system, records)
    expect(item).toMatchObject({ name: 'film.mp4', size: 17 * MIB, canReopen: false })
    expect(item.sent).toBeGreaterThanOrEqual(10 * MIB)
    const before = partsSent(system).length
    expect(list.resumeInterrupted(item.id, film())).toBe('1')
    expect(list.getSnapshot().interrupted).toEqual([])
    const { items } = await settled(list)
    expect(items[0]).toMatchObject({ id: '1', state: 'done' })
    expect(await sha256Stored(system, 'files/film.mp4')).toBe(await sha256Given(film()))
    // On a busy machine, a part may be stopped and sent again, because parts then go one at a time.
    expect(new Set(partsSent(system).slice(before)).size).toBeLessThanOrEqual(2)
  })
})
