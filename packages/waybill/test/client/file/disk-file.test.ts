/**
 * Files on disk as Node, Deno and Bun read them, read here by Node. That the others do is tested in
 * `test/runtimes`.
 *
 * @module
 */

import fs from 'node:fs'
import { appendFile, readdir, readlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { seededFile } from '@waybill/test-support/seeded-file'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { describe, expect, it } from 'vitest'
import { builtin, DiskFile, KeptBytes, openFile } from '../../../src/client/file/disk-file.ts'

/** More than two of the pieces that are read at once. */
const SIZE = 2 * 512 * 1024 + 7

/** In seconds. */
const WRITTEN_AT = 1_000_000

/** The file system; a read gives so many bytes at most. */
function fsWith(most: number): Pick<typeof fs, 'promises'> {
  const open: typeof fs.promises.open = async (...args) => {
    const handle = await fs.promises.open(...args)
    const read = (to: Uint8Array, offset: number, length: number, position: number) =>
      handle.read(to, offset, Math.min(length, most), position)
    return { stat: () => handle.stat(), close: () => handle.close(), read } as typeof handle
  }
  return { promises: { ...fs.promises, open } }
}

async function appendUnseen(path: string): Promise<void> {
  await appendFile(path, 'x')
  await fs.promises.utimes(path, WRITTEN_AT, WRITTEN_AT)
}

async function fileOnDisk(size = SIZE, most = Number.POSITIVE_INFINITY) {
  const folder = temporaryFolder('waybill-disk-file-')
  const path = join(folder, 'film.bin')
  const bytes = await seededFile('film.bin', size, 1).bytes()
  await writeFile(path, bytes)
  await fs.promises.utimes(path, WRITTEN_AT, WRITTEN_AT)
  const lastModified = WRITTEN_AT * 1000
  const kept = new KeptBytes()
  const opened = { fs: fsWith(most), kept, path, name: 'film.bin', lastModified, size }
  return { folder, path, bytes, file: new DiskFile(opened) }
}

/** How often this process has the file open, where the system tells. */
async function timesOpen(path: string): Promise<number> {
  const open = await readdir('/proc/self/fd')
  const links = await Promise.all(open.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')))
  return links.filter((link) => link === path).length
}

/** Whether `one` holds the bytes of `other`; a difference of a megabyte is not worth printing. */
function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0
}

describe('DiskFile', () => {
  it('returns all bytes, whichever way it is read', async () => {
    const { file, bytes } = await fileOnDisk()
    expect(file).toMatchObject({ name: 'film.bin', size: SIZE, type: '' })
    expect(isEqual(await file.bytes(), bytes)).toBe(true)
    expect(isEqual(new Uint8Array(await file.arrayBuffer()), bytes)).toBe(true)
    expect(isEqual(await new Response(file.stream()).bytes(), bytes)).toBe(true)
    expect(await file.text()).toBe(new TextDecoder().decode(bytes))
  })

  it.each([
    [[]],
    [[10]],
    [[10, 20]],
    [[0, SIZE]],
    [[600_000, 600_001]],
    [[SIZE - 5, SIZE + 5]],
    [[20, 10]],
    [[-7]],
    [[-7, -3]],
    [[-2 * SIZE, 5]],
    [[SIZE + 1]],
  ])('slices like a Blob: %j', async (range) => {
    const { file, bytes } = await fileOnDisk()
    const blob = new Blob([bytes])
    const slice = file.slice(...range)
    expect(slice.size).toBe(blob.slice(...range).size)
    expect(isEqual(await slice.bytes(), await blob.slice(...range).bytes())).toBe(true)
    const inner = slice.slice(1, 4)
    const innerOfBlob = blob.slice(...range).slice(1, 4)
    expect(isEqual(await inner.bytes(), await innerOfBlob.bytes())).toBe(true)
    expect(isEqual(await new Response(inner.stream()).bytes(), await inner.bytes())).toBe(true)
  })

  it.each([0, 10, SIZE])('combines with surrounding texts like a Blob: %d bytes', async (size) => {
    const { file, bytes } = await fileOnDisk(size)
    const framed = file.slice(0, size).within('head é\r\n', '\r\nend', 'multipart/form-data')
    const blob = new Blob(['head é\r\n', bytes, '\r\nend'])
    expect(framed).toMatchObject({ size: blob.size, type: 'multipart/form-data' })
    const expected = await blob.bytes()
    expect(isEqual(new Uint8Array(await framed.arrayBuffer()), expected)).toBe(true)
    expect(isEqual(await new Response(framed.stream()).bytes(), expected)).toBe(true)
  })

  it('gives a slice the requested type', async () => {
    const { file } = await fileOnDisk(10)
    expect(file.slice(0, 5, 'video/mp4').type).toBe('video/mp4')
    expect(file.slice(0, 5).type).toBe('')
  })

  it('holds no bytes: a Blob made from it is empty', async () => {
    const { file } = await fileOnDisk(10)
    expect(await new Blob([file]).text()).toBe('')
    expect(await new Blob([file.within('head', 'end', '')]).text()).toBe('')
  })

  it('is read to its end even if the system returns less than requested', async () => {
    const { file, bytes } = await fileOnDisk(10, 3)
    const slice = file.slice(1)
    expect(isEqual(await slice.bytes(), bytes.subarray(1))).toBe(true)
    expect(isEqual(await new Response(slice.stream()).bytes(), bytes.subarray(1))).toBe(true)
  })

  it('cannot be read if it ends too early', async () => {
    const { file } = await fileOnDisk(10, 0)
    const refused = { name: 'NotReadableError', message: 'the file has changed' }
    await expect(file.bytes()).rejects.toMatchObject(refused)
    await expect(new Response(file.stream()).bytes()).rejects.toMatchObject(refused)
  })

  it.each([
    ['longer', (path: string) => appendFile(path, 'x')],
    ['shorter', (path: string) => truncate(path, 3)],
    ['another of the same size', (path: string) => fs.promises.utimes(path, 1, 1)],
    ['longer, and its time as before', appendUnseen],
  ])('cannot be read after it was %s', async (_what, change) => {
    const { file, path } = await fileOnDisk(10)
    await change(path)
    const refused = { name: 'NotReadableError', message: 'the file has changed' }
    await expect(file.bytes()).rejects.toMatchObject(refused)
    const framed = file.within('head', 'end', '')
    await expect(framed.arrayBuffer()).rejects.toMatchObject(refused)
    await expect(new Response(framed.stream()).bytes()).rejects.toMatchObject(refused)
  })

  it.skipIf(!fs.existsSync('/proc/self/fd'))(
    'closes after it was read or abandoned, or if it has changed',
    async () => {
      const { file, path } = await fileOnDisk()
      await file.bytes()
      expect(await timesOpen(path)).toBe(0)
      const reader = file.stream().getReader()
      await reader.read()
      expect(await timesOpen(path)).toBe(1)
      await reader.cancel()
      expect(await timesOpen(path)).toBe(0)
      await appendFile(path, 'x')
      await expect(file.bytes()).rejects.toThrow()
      expect(await timesOpen(path)).toBe(0)
    },
  )
})

describe('openFile', () => {
  it('describes a file whose bytes are read later', async () => {
    const { path, bytes } = await fileOnDisk(10)
    const file = await openFile(path)
    const lastModified = WRITTEN_AT * 1000
    expect(file).toMatchObject({ name: 'film.bin', size: 10, type: '', lastModified })
    expect(isEqual(await file.bytes(), bytes)).toBe(true)
  })

  it('rejects a folder', async () => {
    const { folder } = await fileOnDisk(10)
    const refused = { name: 'TypeError', message: `${folder} is not a file` }
    await expect(openFile(folder)).rejects.toMatchObject(refused)
  })

  it('explains that paths need a file system if there is none', () => {
    const absent = 'no-module' as 'fs'
    expect(() => builtin(absent)).toThrow('paths need Node: give a File or Blob here')
  })
})
