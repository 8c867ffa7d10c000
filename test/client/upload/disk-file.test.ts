/**
 * Files on disk as Node, Deno and Bun read them, read here by Node. That the others do is tested in
 * `test/runtimes`.
 *
 * @module
 */

import fs from 'node:fs'
import { appendFile, mkdtemp, readdir, readlink, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { KeptBytes } from '../../../src/client/upload/kept-bytes.ts'
import { DiskFile } from '../../../src/client/upload/node-files.ts'
import { seededFile } from '../../support/seeded-file.ts'

/** More than two of the pieces that are read at once. */
const SIZE = 2 * 512 * 1024 + 7
const MIB = 1024 ** 2

async function fileOnDisk(size = SIZE) {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-disk-file-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const path = join(folder, 'film.bin')
  const bytes = await seededFile('film.bin', size, 1).bytes()
  await writeFile(path, bytes)
  const lastModified = Math.trunc(fs.statSync(path).mtimeMs)
  let opened = 0
  const open: typeof fs.promises.open = (...given) => {
    opened += 1
    return fs.promises.open(...given)
  }
  const counting = { promises: { ...fs.promises, open } }
  const kept = new KeptBytes()
  const file = new DiskFile({ fs: counting, kept, path, name: 'film.bin', lastModified, size })
  return { path, bytes, file, opened: () => opened }
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
  it('reads all bytes, whichever way it is read', async () => {
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
  ])('is sliced as a Blob is: %j', async (range) => {
    const { file, bytes } = await fileOnDisk()
    const blob = new Blob([bytes])
    const slice = file.slice(...range)
    expect(slice.size).toBe(blob.slice(...range).size)
    expect(isEqual(await slice.bytes(), await blob.slice(...range).bytes())).toBe(true)
    const inner = slice.slice(1, 4)
    const innerOfBlob = blob.slice(...range).slice(1, 4)
    expect(isEqual(await inner.bytes(), await innerOfBlob.bytes())).toBe(true)
  })

  it.each([0, 10, SIZE])('stands between two texts as in a Blob: %d bytes', async (size) => {
    const { file, bytes } = await fileOnDisk(size)
    const framed = file.slice(0, size).within('head é\r\n', '\r\nend', 'multipart/form-data')
    const blob = new Blob(['head é\r\n', bytes, '\r\nend'])
    expect(framed).toMatchObject({ size: blob.size, type: 'multipart/form-data' })
    const expected = await blob.bytes()
    expect(isEqual(new Uint8Array(await framed.arrayBuffer()), expected)).toBe(true)
    expect(isEqual(await new Response(framed.stream()).bytes(), expected)).toBe(true)
  })

  it.each([
    [MIB, 1],
    [MIB + 1, 2],
  ])('is read for its hash and for its form: of %d bytes %d times', async (size, times) => {
    const { file, bytes, opened } = await fileOnDisk(size)
    await file.arrayBuffer()
    const framed = file.within('head', 'end', '')
    const expected = await new Blob(['head', bytes, 'end']).bytes()
    expect(isEqual(new Uint8Array(await framed.arrayBuffer()), expected)).toBe(true)
    expect(opened()).toBe(times)
    // Another attempt.
    expect(isEqual(await new Response(framed.stream()).bytes(), expected)).toBe(true)
    expect(opened()).toBe(times + 1)
  })

  it('holds 16 MiB of all files together, until they are sent', async () => {
    const { file, opened } = await fileOnDisk(MIB)
    const files = Array.from({ length: 17 }, () => file.slice())
    for (const round of [1, 2]) {
      for (const each of files) await each.arrayBuffer()
      for (const each of files) await each.within('', '', '').arrayBuffer()
      expect(opened()).toBe(round * 18)
    }
  })

  it('gives a slice the type that is asked for', async () => {
    const { file } = await fileOnDisk(10)
    expect(file.slice(0, 5, 'video/mp4').type).toBe('video/mp4')
  })

  it.each([
    ['longer', (path: string) => appendFile(path, 'x')],
    ['shorter', (path: string) => truncate(path, 3)],
    ['another of the same size', (path: string) => fs.promises.utimes(path, 1, 1)],
  ])('cannot be read when it is %s since', async (_what, change) => {
    const { file, path } = await fileOnDisk(10)
    await change(path)
    const refused = { name: 'NotReadableError', message: 'the file has changed' }
    await expect(file.bytes()).rejects.toMatchObject(refused)
    const framed = file.within('head', 'end', '')
    await expect(framed.arrayBuffer()).rejects.toMatchObject(refused)
    await expect(new Response(framed.stream()).bytes()).rejects.toMatchObject(refused)
  })

  it.skipIf(!fs.existsSync('/proc/self/fd'))(
    'is closed when it was read, given up or has changed',
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
