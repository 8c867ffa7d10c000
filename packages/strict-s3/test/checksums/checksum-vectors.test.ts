/**
 * Published values, and above all their byte order: hash libraries differ in it, and S3 compares the base64 of bytes.
 *
 * @module
 */

import { expect, it } from 'vitest'
import { ALGORITHMS, type ChecksumAlgorithm, startChecksum } from '../../src/checksums/checksum.ts'

/**
 * Of `123456789`, where the value is a CRC's check value or is printed by `md5sum` and its like. Of `Hello world` for
 * XXHash: https://github.com/awslabs/aws-checksums/blob/main/tests/xxhash_test.c
 */
const VECTORS: Readonly<Record<ChecksumAlgorithm, readonly [text: string, hex: string]>> = {
  CRC32: ['123456789', 'cbf43926'],
  CRC32C: ['123456789', 'e3069283'],
  CRC64NVME: ['123456789', 'ae8b14860a799888'],
  MD5: ['123456789', '25f9e794323b453885f5181f1b624d0b'],
  SHA1: ['123456789', 'f7c3bc1d808e04732adf679965ccc34ca7ae3441'],
  SHA256: ['123456789', '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225'],
  SHA512: [
    '123456789',
    'd9e6762dd1c8eaf6d61b3c6192fc408d4d6d5f1176d0c29169bc24e71c3f274ad27fcd5811b313d681f7e55ec02d73d499c95455b6b5bb503acf574fba8ffe85',
  ],
  XXHASH128: ['Hello world', '7351f89812f97382b91d05b31e04dd7f'],
  XXHASH3: ['Hello world', 'b6acb9d84a38ff74'],
  XXHASH64: ['Hello world', 'c500b0c912b376d8'],
}

it.each(ALGORITHMS)('computes %s as published, however the data is split', async (algorithm) => {
  const [text, hex] = VECTORS[algorithm]
  const whole = await startChecksum(algorithm)
  const pieces = await startChecksum(algorithm)
  whole.update(Buffer.from(text))
  for (const byte of Buffer.from(text)) pieces.update(Uint8Array.of(byte))
  expect(whole.digest().toString('hex')).toBe(hex)
  expect(pieces.digest().toString('hex')).toBe(hex)
})

it('computes several checksums with the same algorithm at once', async () => {
  const [one, other] = [await startChecksum('XXHASH3'), await startChecksum('XXHASH3')]
  one.update(Buffer.from('Hello '))
  other.update(Buffer.from('something else'))
  one.update(Buffer.from('world'))
  expect(one.digest().toString('hex')).toBe('b6acb9d84a38ff74')
})
