import fs from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { eventually } from '@waybill/test-support/eventually'
import { seededFile } from '@waybill/test-support/seeded-file'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { describe, expect, it, vi } from 'vitest'
import { DiskFile, KeptBytes } from '../../../src/client/file/disk-file.ts'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

const MIB = 1024 ** 2

/** A file, and how often it has been opened. */
async function openedFile(size: number) {
  const folder = temporaryFolder('waybill-kept-bytes-')
  const path = join(folder, 'photo.bin')
  const bytes = await seededFile('photo.bin', size, 1).bytes()
  await writeFile(path, bytes)
  let times = 0
  const open: typeof fs.promises.open = (...given) => {
    times += 1
    return fs.promises.open(...given)
  }
  const file = new DiskFile({
    fs: { promises: { ...fs.promises, open } },
    kept: new KeptBytes(),
    path,
    name: 'photo.bin',
    lastModified: Math.trunc(fs.statSync(path).mtimeMs),
    size,
  })
  return { bytes, file, opened: () => times }
}

async function sentBy(file: DiskFile): Promise<Uint8Array> {
  const form = file.within('head', 'end', '')
  return new Uint8Array(await form.arrayBuffer()).subarray(4, -3)
}

function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0
}

describe('the hash of a file from a path', () => {
  it.each([0, 1, 100_000, MIB, MIB + 1])('for %d bytes is correct', async (size) => {
    const { file, bytes } = await openedFile(size)
    const hash = await crypto.subtle.digest('SHA-256', bytes)
    expect(new Uint8Array(await file.hashOnce())).toEqual(new Uint8Array(hash))
  })
})

describe('the form for a hashed file', () => {
  it.each([
    [0, 0],
    [1, 3],
    [8192, 256],
    [8193, 1],
    [1, 257],
    [60_000, 60_000],
  ])('with %d bytes before the file and %d after is their concatenation', async (before, after) => {
    const { file, bytes } = await openedFile(100_000)
    const [head, end] = ['h'.repeat(before), 'e'.repeat(after)]
    const expected = Buffer.concat([Buffer.from(head), bytes, Buffer.from(end)])
    for (const read of ['bytes', 'arrayBuffer', 'stream'] as const) {
      await file.hashOnce()
      const form = file.within(head, end, 'text/plain')
      expect([form.size, form.type]).toEqual([expected.length, 'text/plain'])
      const found = read === 'stream' ? new Response(form.stream()).bytes() : form[read]()
      expect(isEqual(await new Blob([await found]).bytes(), expected)).toBe(true)
    }
  })
})

describe("a form's bytes", () => {
  it.each([
    [0, 0, true],
    [8192, 256, true],
    [8193, 1, false],
    [1, 257, false],
  ])('with %d before the file and %d after share the cached memory: %j', async (...given) => {
    const [before, after, isShared] = given
    const { file } = await openedFile(1000)
    const take = vi.spyOn(file, 'takeKept')
    await file.hashOnce()
    const bytes = await file.within('h'.repeat(before), 'e'.repeat(after), '').bytes()
    const kept = take.mock.results.at(-1)?.value
    expect(kept).toBeInstanceOf(Uint8Array)
    expect(bytes.buffer === kept.buffer).toBe(isShared)
  })
})

describe('KeptBytes', () => {
  it.each([
    [MIB, 1],
    [MIB + 1, 2],
  ])('open a file of %d bytes %d times for hash and form', async (size, times) => {
    const { file, bytes, opened } = await openedFile(size)
    await file.hashOnce()
    expect(isEqual(await sentBy(file), bytes)).toBe(true)
    expect(opened()).toBe(times)
  })

  it('are used once: another attempt reads the file', async () => {
    const { file, bytes, opened } = await openedFile(1000)
    await file.hashOnce()
    expect(isEqual(await new Response(file.stream()).bytes(), bytes)).toBe(true)
    expect(opened()).toBe(1)
    expect(isEqual(await new Response(file.stream()).bytes(), bytes)).toBe(true)
    expect(opened()).toBe(2)
  })

  it('are also used when someone reads the whole file', async () => {
    const { file, bytes, opened } = await openedFile(1000)
    await file.hashOnce()
    expect(isEqual(await file.bytes(), bytes)).toBe(true)
    expect(opened()).toBe(1)
  })

  it('are the first ones of a file, and never more than 1 MiB', () => {
    const kept = new KeptBytes()
    const [file, large] = [{}, {}]
    const first = new Uint8Array(1)
    kept.keep(file, first)
    kept.keep(file, new Uint8Array(2))
    kept.keep(large, new Uint8Array(MIB + 1))
    expect([kept.take(file), kept.take(file), kept.take(large)]).toEqual([
      first,
      undefined,
      undefined,
    ])
  })

  it('make room for others once they were used, or their file is garbage-collected', async () => {
    const kept = new KeptBytes()
    // In a function, so that nothing holds the files.
    const keepEight = (takes: boolean) => {
      for (let count = 0; count < 8; count += 1) {
        const file = {}
        kept.keep(file, new Uint8Array(MIB))
        if (takes) kept.take(file)
      }
    }
    const room = () => {
      const files = Array.from({ length: 20 }, () => ({}))
      for (const file of files) kept.keep(file, new Uint8Array(MIB))
      return files.filter((file) => kept.take(file)).length
    }
    expect(room()).toBe(16)
    keepEight(true)
    keepEight(false)
    expect(room()).toBe(8)
    await eventually(() => {
      collectGarbage()
      return room()
    }).toBe(16)
    collectGarbage()
    await new Promise(setImmediate)
    expect(room()).toBe(16)
  })

  it('are limited to 16 MiB for all files including overhead, and freed once sent', async () => {
    const { file, opened } = await openedFile(MIB)
    const files = Array.from({ length: 17 }, () => file.slice())
    for (const round of [1, 2]) {
      for (const each of files) await each.hashOnce()
      for (const each of files) await sentBy(each)
      expect(opened()).toBe(round * 19)
    }
  })
})
