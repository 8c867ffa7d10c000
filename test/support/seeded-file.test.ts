import { describe, expect, it } from 'vitest'
import { seededFile, sha256Of } from './seeded-file.ts'

const MIB = 1024 ** 2

describe('seededFile', () => {
  it.each([0, 1, 5 * MIB - 1, 20 * MIB + 1])('has exactly %i bytes', async (size) => {
    const file = seededFile('file.bin', size, 1)
    expect(file.size).toBe(size)
    expect((await file.arrayBuffer()).byteLength).toBe(size)
  })

  it('has the same bytes for the same seed, and others for another', async () => {
    const hashes = [3, 3, 4].map((seed) => sha256Of(seededFile('f', 9 * MIB, seed).stream()))
    const [first, same, other] = await Promise.all(hashes)
    expect(same).toBe(first)
    expect(other).not.toBe(first)
  })

  it('has no two identical parts', async () => {
    const file = seededFile('file.bin', 64 * MIB, 5)
    const parts = Array.from({ length: 16 }, (_, index) =>
      sha256Of(file.slice(index * 4 * MIB, (index + 1) * 4 * MIB).stream()),
    )
    expect(new Set(await Promise.all(parts)).size).toBe(16)
  })
})
