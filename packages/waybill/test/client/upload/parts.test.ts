import { seededFile } from '@waybill/test-support/seeded-file'
import {
  abortAll,
  openUploads,
  partsSent,
  sha256Given,
  sha256Stored,
} from '@waybill/test-support/stored'
import { ON_A_QUICK_LINE, startSystem } from '@waybill/test-support/system'
import { failureOf } from '@waybill/test-support/upload-watch'
import { describe, expect, it } from 'vitest'

const MIB = 1024 ** 2
const PART = { signer: { partSize: 5 * MIB } }

/** Counts how often its slices are read from the beginning. */
class CountedFile extends File {
  reads = 0

  override slice(...range: Parameters<File['slice']>): Blob {
    const slice = super.slice(...range)
    const stream = () => {
      this.reads += 1
      return Blob.prototype.stream.call(slice)
    }
    return Object.defineProperty(slice, 'stream', { value: stream })
  }
}

function isOfPart(url: unknown, partNumber: number): boolean {
  return new URL(String(url)).searchParams.get('partNumber') === String(partNumber)
}

describe('an upload of a large file', () => {
  it.each([16 * MIB + 1, 25 * MIB, 25 * MIB + 1])(
    'stores %i bytes in parts, each sent once, verified by CRC64NVME',
    async (size) => {
      const system = await startSystem(PART)
      const file = seededFile('large.bin', size, size)
      const uploader = system.uploader('me', { effects: ON_A_QUICK_LINE })
      const { key, verifiedBy } = await uploader.upload(file).done
      expect(await sha256Stored(system, key)).toBe(await sha256Given(file))
      expect(verifiedBy).toBe('CRC64NVME')
      const expected = Array.from({ length: Math.ceil(size / (5 * MIB)) }, (_, index) => index + 1)
      expect(partsSent(system).sort((a, b) => a - b)).toEqual(expected)
      expect(await openUploads(system)).toEqual([])
    },
  )

  it('sends parts in parallel, up to the number of connections', async () => {
    const system = await startSystem(PART)
    let [open, most] = [0, 0]
    // The proxy hears of an end later than the client, so requests are counted here.
    const counting: typeof fetch = async (input, init) => {
      if (!String(input).startsWith(system.storageProxy.endpoint)) return fetch(input, init)
      open += 1
      most = Math.max(most, open)
      return fetch(input, init).finally(() => {
        open -= 1
      })
    }
    const uploader = system.uploader('me', { connections: 4, fetch: counting })
    await uploader.upload(seededFile('a', 30 * MIB, 1)).done
    expect(most).toBeGreaterThan(1)
    expect(most).toBeLessThanOrEqual(4)
  })

  it('reads each part once if its bytes pass through the client', async () => {
    const system = await startSystem(PART)
    const file = new CountedFile([seededFile('a', 17 * MIB, 1)], 'a')
    const uploader = system.uploader('me', { effects: ON_A_QUICK_LINE })
    const { verifiedBy } = await uploader.upload(file).done
    expect(verifiedBy).toBe('CRC64NVME')
    expect(file.reads).toBe(4)
  })

  it('resends a part that a late request has overwritten with other bytes', async () => {
    const system = await startSystem(PART)
    const puts: Parameters<typeof fetch>[] = []
    let completions = 0
    const overwriting: typeof fetch = async (input, init) => {
      if (init?.method === 'PUT') puts.push([input, init])
      if (String(input).endsWith('/complete')) completions += 1
      if (String(input).endsWith('/complete') && completions === 1) {
        const [url = '', { headers } = {}] = puts.find(([put]) => isOfPart(put, 2)) ?? []
        await fetch(url, { method: 'PUT', headers: headers ?? {}, body: new Uint8Array(5 * MIB) })
      }
      return fetch(input, init)
    }
    const file = seededFile('a', 17 * MIB, 2)
    const { key } = await system
      .uploader('me', { fetch: overwriting, effects: ON_A_QUICK_LINE })
      .upload(file).done
    expect(await sha256Stored(system, key)).toBe(await sha256Given(file))
    expect(puts.filter(([put]) => isOfPart(put, 2))).toHaveLength(2)
    expect([puts.length, completions]).toEqual([5, 2])
  })

  it('fails if its multipart upload disappears from S3 midway', async () => {
    const system = await startSystem(PART)
    const upload = system.uploader('me', { connections: 1 }).upload(seededFile('a', 20 * MIB, 7))
    await system.storageProxy.until(() => partsSent(system).length > 1)
    await abortAll(system)
    expect(await failureOf(upload)).toMatchObject({ code: 'UPLOAD_NOT_FOUND' })
  })
})
