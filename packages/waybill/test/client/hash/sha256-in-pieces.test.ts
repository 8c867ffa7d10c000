import { createHash } from 'node:crypto'
import { seededFile } from '@waybill/test-support/seeded-file'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { sha256InPieces } from '../../../src/client/hash/sha256-in-pieces.ts'

const SIZE = 16 * 1024 ** 2

/** As where a content security policy has no `wasm-unsafe-eval`. */
function forbidWebAssembly(): void {
  const module = vi.spyOn(WebAssembly, 'Module').mockImplementation(function refuse() {
    throw new WebAssembly.CompileError('refused by the policy')
  })
  onTestFinished(() => module.mockRestore())
}

it.each([
  ['the script', 'up to 16 MiB', SIZE, true],
  ['WebAssembly', 'above', SIZE + 1, true],
  ['the script', 'where the page may not compile WebAssembly', SIZE + 1, false],
])('%s hashes a file in pieces %s', async (code, _, size, mayCompile) => {
  // Whether WebAssembly may be compiled is found out once.
  vi.resetModules()
  onTestFinished(() => void vi.resetModules())
  const { sha256InPieces: hashIn } = await import('../../../src/client/hash/sha256-in-pieces.ts')
  if (!mayCompile) forbidWebAssembly()
  const instantiate = vi.spyOn(WebAssembly, 'instantiate')
  onTestFinished(() => instantiate.mockRestore())
  const file = seededFile('film.bin', size, 1)
  const expected = createHash('sha256').update(await file.bytes())
  expect(Buffer.from(await hashIn(file))).toEqual(expected.digest())
  expect(instantiate).toHaveBeenCalledTimes(code === 'the script' ? 0 : 1)
})

describe('sha256InPieces without WebAssembly', () => {
  it.each([0, 1, 55, 56, 63, 64, 65, 1024 ** 2 - 1, 3 * 1024 ** 2 + 7])(
    'agrees with Node for %d bytes',
    async (size) => {
      const file = seededFile('film.bin', size, size)
      const expected = createHash('sha256').update(Buffer.from(await file.arrayBuffer()))
      expect(Buffer.from(await sha256InPieces(file))).toEqual(expected.digest())
    },
  )

  it("ends with the signal's reason", async () => {
    const reason = new Error('paused')
    const hashing = sha256InPieces(seededFile('film.bin', 100, 1), AbortSignal.abort(reason))
    await expect(hashing).rejects.toBe(reason)
  })
})
