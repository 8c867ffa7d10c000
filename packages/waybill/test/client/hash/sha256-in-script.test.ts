import { createHash } from 'node:crypto'
import { seededFile } from '@waybill/test-support/seeded-file'
import { describe, expect, it } from 'vitest'
import { sha256InPieces } from '../../../src/client/hash/sha256-in-pieces.ts'

describe('sha256InPieces without WebAssembly', () => {
  it.each([0, 1, 55, 56, 63, 64, 65, 1024 ** 2 - 1, 3 * 1024 ** 2 + 7])(
    'agrees with Node for %d bytes',
    async (size) => {
      const file = seededFile('film.bin', size, size)
      const expected = createHash('sha256').update(Buffer.from(await file.arrayBuffer()))
      expect(Buffer.from(await sha256InPieces(file))).toEqual(expected.digest())
    },
  )

  it('ends with the reason of the signal', async () => {
    const reason = new Error('paused')
    const hashing = sha256InPieces(seededFile('film.bin', 100, 1), AbortSignal.abort(reason))
    await expect(hashing).rejects.toBe(reason)
  })
})
