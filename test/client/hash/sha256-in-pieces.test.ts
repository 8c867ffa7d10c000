/**
 * Which code hashes a file in pieces: all of it has the same hash.
 *
 * @module
 */

import { createHash } from 'node:crypto'
import { beforeEach, expect, it, vi } from 'vitest'
import { sha256InPieces } from '../../../src/client/hash/sha256-in-pieces.ts'
import * as inScript from '../../../src/client/hash/sha256-in-script.ts'
import * as inWasm from '../../../src/client/hash/sha256-in-wasm.ts'
import { unreadable } from '../../../src/client/upload/unreadable.ts'
import { hasWebAssembly } from '../../../src/s3/web-assembly.ts'
import { seededFile } from '../../support/seeded-file.ts'

vi.mock('../../../src/client/hash/sha256-in-script.ts', { spy: true })
vi.mock('../../../src/client/hash/sha256-in-wasm.ts', { spy: true })
vi.mock('../../../src/s3/web-assembly.ts', { spy: true })

beforeEach(() => vi.clearAllMocks())

const SIZE = 16 * 1024 ** 2

it.each([
  ['the script', 'up to 16 MiB', SIZE, true],
  ['WebAssembly', 'above', SIZE + 1, true],
  ['the script', 'where the page may not compile WebAssembly', SIZE + 1, false],
])('%s hashes a file in pieces %s', async (code, _, size, mayCompile) => {
  if (!mayCompile) vi.mocked(hasWebAssembly).mockReturnValueOnce(false)
  const file = seededFile('film.bin', size, 1)
  const expected = createHash('sha256').update(await file.bytes())
  expect(Buffer.from(await sha256InPieces(file, unreadable))).toEqual(expected.digest())
  const isScript = code === 'the script'
  expect(inScript.startSha256).toHaveBeenCalledTimes(isScript ? 1 : 0)
  expect(inWasm.startSha256).toHaveBeenCalledTimes(isScript ? 0 : 1)
})
