/**
 * The parts of one upload, on a line of the test's making: what is compared, what is told of
 * progress, and what one failure does to the others.
 *
 * @module
 */

import { settle, unhandledRejections } from '@waybill/test-support/eventually'
import { describe, expect, it } from 'vitest'
import { UploadError } from 'waybill'
import { crc64Of } from '../../../../src/client/hash/crc64.ts'
import type { StorageResponse } from '../../../../src/client/send/storage-request.ts'
import {
  answered,
  FILE,
  honest,
  PART_SIZE,
  SIZE,
  type Store,
  sendTo,
  unreadableBeside,
} from './scripted-parts.ts'

const wrong = (answer: StorageResponse): StorageResponse => ({
  ...answer,
  headers: { etag: '"e"', 'x-amz-checksum-crc64nvme': 'AAAAAAAAAAA=' },
})

describe('sendParts', () => {
  it.each([true, false])(
    "knows each part's CRC, whether its bytes pass through the client (%s) or not",
    async (showsBytes) => {
      const { ended, sent, parts, stored } = sendTo(honest, { showsBytes })
      await ended
      expect(sent.sort()).toEqual([1, 2, 3])
      const { signal } = new AbortController()
      expect(parts.crcs).toEqual([
        await crc64Of(FILE.slice(0, PART_SIZE), signal),
        await crc64Of(FILE.slice(0, PART_SIZE), signal),
        await crc64Of(FILE.slice(0, 9), signal),
      ])
      // Told of each part, once S3 has it.
      expect(stored).toHaveLength(3)
      expect(stored.at(-1)).toBe(SIZE)
    },
  )

  it('names the part and both checksums if it never arrives intact', async () => {
    const { ended } = sendTo(async (partNumber, ...call) => {
      const answer = await honest(partNumber, ...call)
      return partNumber === 3 ? wrong(answer) : answer
    })
    const own = await crc64Of(FILE.slice(0, 9), new AbortController().signal)
    await expect(ended).rejects.toMatchObject({
      code: 'CHECKSUM_MISMATCH',
      message: `part 3 has CRC64NVME ${own}, the storage received AAAAAAAAAAA=`,
    })
  })

  it('reads a part again for its CRC if it was read wrongly alongside the request', async () => {
    let reads = 0
    const last = FILE.slice(0, 9)
    const misread = Object.assign(FILE.slice(0, 9), {
      stream: () => {
        reads += 1
        return (reads === 1 ? new Blob(['otherwise']) : last).stream()
      },
    })
    const file = Object.assign(FILE.slice(), {
      slice: (start: number, end: number) =>
        start === 2 * PART_SIZE ? misread : FILE.slice(start, end),
    })
    const right = await crc64Of(last, new AbortController().signal)
    const store: Store = async (partNumber, ...call) =>
      partNumber === 3
        ? answered({ 'x-amz-checksum-crc64nvme': right })
        : honest(partNumber, ...call)
    const { ended, parts, retries } = sendTo(store, { file, showsBytes: false })
    await ended
    expect(retries).toEqual(['CHECKSUM_MISMATCH'])
    expect(parts.crcs[2]).toBe(right)
  })

  it("subtracts a failed attempt's bytes from the progress", async () => {
    const { ended, progress } = sendTo(
      async (partNumber, request, attempt) => {
        if (partNumber === 3 && attempt === 1) {
          request.onSent(5)
          throw new UploadError('NETWORK_FAILED', 'the line broke')
        }
        return honest(partNumber, request, attempt)
      },
      { connections: 1 },
    )
    await ended
    const at = progress.indexOf(2 * PART_SIZE + 5)
    expect(at).toBeGreaterThan(0)
    expect(progress[at + 1]).toBe(2 * PART_SIZE)
    expect(progress.at(-1)).toBe(SIZE)
  })

  it('stops the other parts when one fails for good, and waits until they have stopped', async () => {
    let stopped = false
    const { ended, sent } = sendTo(async (partNumber, { signal }) => {
      if (partNumber === 2) throw new UploadError('STORAGE_REFUSED', 'no')
      return new Promise((_, reject) =>
        signal.addEventListener('abort', () => {
          stopped ||= partNumber === 1
          reject(signal.reason)
        }),
      )
    })
    await expect(ended).rejects.toMatchObject({ code: 'STORAGE_REFUSED' })
    expect(stopped).toBe(true)
    expect(sent).toEqual([1, 2])
  })

  it('counts a part as confirmed only once S3 has said so', async () => {
    const { ended, confirmed, seen } = sendTo(honest, { connections: 1 })
    await ended
    expect(confirmed).toEqual([...confirmed].sort((a, b) => a - b))
    expect(new Set(confirmed)).toEqual(new Set([PART_SIZE, 2 * PART_SIZE, SIZE]))
    expect(seen[0]).toEqual({ method: 'PUT', size: PART_SIZE })
  })

  it("waits for its turn while another upload uses the first host's connections", async () => {
    const busy = Promise.withResolvers<void>()
    const { ended, sent, asked } = sendTo(honest, { connections: 1, busyUntil: busy.promise })
    await settle()
    expect([sent, asked]).toEqual([[], []])
    busy.resolve()
    await ended
    expect(asked).toEqual([])
  })

  it('does not report an unknown CRC if the request has failed', async () => {
    const unhandled = unhandledRejections()
    const refused: Store = async () => {
      await settle()
      throw new UploadError('STORAGE_REFUSED', 'no')
    }
    const { ended } = sendTo(refused, { file: unreadableBeside(), showsBytes: false })
    await expect(ended).rejects.toMatchObject({ code: 'STORAGE_REFUSED' })
    await settle()
    expect(unhandled).toEqual([])
  })

  it("stops all parts if S3's parts turn out to belong to another file", async () => {
    const another = new UploadError('CHECKSUM_MISMATCH', 'another file')
    const checking = Promise.withResolvers<void>()
    const { ended } = sendTo(
      (_, { signal }) => {
        checking.reject(another)
        return new Promise((__, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason)),
        )
      },
      { checking: checking.promise },
    )
    await expect(ended).rejects.toBe(another)
  })
})
