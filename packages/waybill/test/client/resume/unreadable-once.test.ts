/**
 * A file that cannot be read for a moment, as in WebKit while its page is left or reloaded.
 *
 * @module
 */

import { eventually } from '@waybill/test-support/eventually'
import { memoryRecords } from '@waybill/test-support/memory-records'
import { seededFile } from '@waybill/test-support/seeded-file'
import { openUploads, sha256Given, sha256Stored } from '@waybill/test-support/stored'
import { startSystem } from '@waybill/test-support/system'
import { describe, expect, it } from 'vitest'

const MIB = 1024 ** 2
const SIZE = 17 * MIB

/**
 * A file of which single bytes cannot be read so many times: that is how the engine asks for proof.
 */
function unreadableFor(times: number): File {
  let left = times
  return spoil(seededFile('film.mp4', SIZE, 1))

  function spoil<Some extends Blob>(blob: Some): Some {
    const slice = (start = 0, end = blob.size) => {
      const piece = spoil(Blob.prototype.slice.call(blob, start, end))
      if (end - start > 1) return piece
      return Object.assign(piece, {
        arrayBuffer: async () => {
          left -= 1
          if (left >= 0) throw new DOMException('the page goes', 'NotFoundError')
          return new ArrayBuffer(1)
        },
      })
    }
    return Object.assign(blob, { slice })
  }
}

/** The connection of the second part breaks, once. */
async function brokenOnce(file: File) {
  const system = await startSystem({
    signer: { partSize: 5 * MIB },
    storagePlan: ({ partNumber, attempt }) =>
      partNumber === 2 && attempt === 0 ? { kind: 'reset-request', afterBytes: MIB } : undefined,
  })
  const records = memoryRecords()
  const upload = system.uploader('me', { resumeStore: records, connections: 1 }).upload(file)
  return { system, records, upload }
}

describe('a file that was unreadable when a connection broke', () => {
  it('is checked once more, and the upload continues', async () => {
    const { system, upload } = await brokenOnce(unreadableFor(1))
    const { key } = await upload.done
    expect(await sha256Stored(system, key)).toBe(await sha256Given(seededFile('film.mp4', SIZE, 1)))
    expect(await openUploads(system)).toEqual([])
  })

  it('keeps its record and its parts if it turns out to be readable', async () => {
    const { system, records, upload } = await brokenOnce(unreadableFor(2))
    await expect(upload.done).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
    expect(records.records.size).toBe(1)
    expect(await openUploads(system)).toHaveLength(1)
  })

  it('loses both if it can no longer be read', async () => {
    const { system, records, upload } = await brokenOnce(unreadableFor(100))
    await expect(upload.done).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
    expect(records.records.size).toBe(0)
    await eventually(() => openUploads(system)).toEqual([])
  })
})
