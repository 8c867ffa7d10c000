import { createHash } from 'node:crypto'
import { seededFile } from '@waybill/test-support/seeded-file'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { crc64Of } from '../../../src/client/hash/crc64.ts'
import { MAX_NATIVE_SIZE, sha256BytesOf, sha256Of, toHex } from '../../../src/client/hash/sha256.ts'
import { sha256InPieces } from '../../../src/client/hash/sha256-in-pieces.ts'

const { signal } = new AbortController()
const STOPPED = AbortSignal.abort(new Error('paused'))

/** A file that has changed since it was chosen. */
function changedFile(size: number): Blob {
  const cause = new DOMException('changed', 'NotReadableError')
  const stream = () => new ReadableStream({ start: (controller) => controller.error(cause) })
  const arrayBuffer = () => Promise.reject(cause)
  return Object.defineProperties(new Blob(), {
    ...{ size: { value: size }, stream: { value: stream }, arrayBuffer: { value: arrayBuffer } },
  })
}

const failureOf = (hash: Promise<unknown>) => hash.catch((error: unknown) => error)
const UNREADABLE = { name: 'UploadError', code: 'FILE_UNREADABLE' }

describe('crc64Of', () => {
  it("returns CRC64NVME's published check value", async () => {
    // https://reveng.sourceforge.io/crc-catalogue/17plus.htm#crc.cat.crc-64-nvme
    const expected = Buffer.from('ae8b14860a799888', 'hex').toString('base64')
    expect(await crc64Of(new Blob(['123', '456789']), signal)).toBe(expected)
  })

  it('ends with its signal, and reports if the file has changed', async () => {
    expect(await failureOf(crc64Of(new Blob(['a']), STOPPED))).toBe(STOPPED.reason)
    expect(await failureOf(crc64Of(changedFile(1), signal))).toMatchObject(UNREADABLE)
  })
})

describe('sha256Of', () => {
  it.each([0, 3, MAX_NATIVE_SIZE, MAX_NATIVE_SIZE + 1])(
    'agrees with Node for %d bytes',
    async (size) => {
      const file = seededFile('film.bin', size, 1)
      const hash = createHash('sha256').update(await file.bytes())
      expect(await sha256Of(file)).toBe(hash.digest('base64'))
    },
  )

  it('is left to the platform up to 16 MiB, which is faster', async () => {
    const digest = vi.spyOn(crypto.subtle, 'digest')
    onTestFinished(() => digest.mockRestore())
    await sha256Of(new Blob([new Uint8Array(16 * 1024 ** 2)]))
    expect(digest).toHaveBeenCalledOnce()
  })

  it('is taken from a file that knows it, such as one from a path', async () => {
    const known = new Uint8Array(32).fill(7)
    const file = Object.assign(new Blob(['abc']), { hashOnce: async () => known.buffer })
    expect(await sha256BytesOf(file)).toEqual(known)
  })

  it('stops for a large file when its signal fires', async () => {
    const file = changedFile(MAX_NATIVE_SIZE + 1)
    expect(await failureOf(sha256BytesOf(file, STOPPED))).toBe(STOPPED.reason)
  })

  it.each([1, MAX_NATIVE_SIZE + 1])('reports that a file of %d bytes has changed', async (size) => {
    expect(await failureOf(sha256BytesOf(changedFile(size), signal))).toMatchObject(UNREADABLE)
    const inPieces = sha256InPieces(changedFile(size), signal)
    expect(await failureOf(inPieces)).toMatchObject(UNREADABLE)
  })
})

describe('toHex', () => {
  it('writes two digits for each byte', () => {
    expect(toHex(new Uint8Array([0, 10, 255]))).toBe('000aff')
  })
})
