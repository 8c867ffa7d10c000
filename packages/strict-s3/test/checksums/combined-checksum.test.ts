import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type ChecksumAlgorithm, startChecksum } from '../../src/checksums/checksum.ts'
import { combineChecksums } from '../../src/checksums/combined-checksum.ts'

async function checksumOf(algorithm: ChecksumAlgorithm, bytes: Uint8Array): Promise<string> {
  const running = await startChecksum(algorithm)
  running.update(bytes)
  return running.digest().toString('base64')
}

it.each(['CRC32', 'CRC32C', 'CRC64NVME'] as const)(
  "combines the %s of arbitrary parts into the object's",
  async (algorithm) => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(pieces, async (all) => {
        const parts = await Promise.all(
          all.map(async (bytes) => ({
            size: bytes.length,
            checksum: { value: await checksumOf(algorithm, bytes) },
          })),
        )
        const whole = await combineChecksums(algorithm, 'FULL_OBJECT', parts)
        expect(whole.value).toBe(await checksumOf(algorithm, Buffer.concat(all)))
      }),
    )
  },
)

it('rejects a full-object SHA256 checksum, which cannot be combined', async () => {
  await expect(combineChecksums('SHA256', 'FULL_OBJECT', [])).rejects.toThrow(RangeError)
})
