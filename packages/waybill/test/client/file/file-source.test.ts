import { describe, expect, it } from 'vitest'
import {
  checkSource,
  expectReadable,
  openSource,
  readWhole,
  sourceName,
} from '../../../src/client/file/file-source.ts'

/** A file's handle, as far as it is used; what was called of it. */
function handleOf(file: File | Error, isAskable: boolean) {
  const called: unknown[] = []
  const handle = {
    ...{ kind: 'file', name: 'from-handle.txt' },
    getFile: async () => {
      called.push('getFile')
      if (file instanceof Error) throw file
      return file
    },
    ...(isAskable ? { requestPermission: async (asked: unknown) => called.push(asked) } : {}),
  }
  return { called, handle: handle as unknown as FileSystemFileHandle }
}

/** A blob whose reads fail so often. */
function failingBlob(failures: number) {
  const reads: number[] = []
  const slice = Object.assign(new Blob(['a']), {
    arrayBuffer: async () => {
      reads.push(reads.length)
      if (reads.length <= failures) throw new DOMException('gone', 'NotReadableError')
      return new ArrayBuffer(1)
    },
  })
  const asked: unknown[] = []
  const blob = Object.assign(new Blob(['abc']), {
    slice: (...range: unknown[]) => {
      asked.push(range)
      return slice
    },
  })
  return { blob, slice, reads, asked }
}

describe('checkSource', () => {
  it.each([
    ['a file', new File([], 'a')],
    ['a blob', new Blob([])],
    ['a path', '/tmp/a'],
    ['a handle', handleOf(new File([], 'a'), false).handle],
  ])('accepts %s', (_, source) => {
    expect(() => checkSource(source)).not.toThrow()
  })

  it('rejects a function, whatever its properties', () => {
    const source = Object.assign(() => undefined, { getFile: () => undefined })
    expect(() => checkSource(source)).toThrow('file is a function, expected a File')
  })
})

describe('openSource', () => {
  it('returns a file unchanged', async () => {
    const file = new File(['a'], 'a.txt')
    expect(await openSource(file)).toBe(file)
  })

  it.each([
    ['asks for permission to read a handle, and then for its file', true, [{ mode: 'read' }]],
    ['skips the permission if the handle cannot be asked', false, []],
  ])('%s', async (_, isAskable, asked) => {
    const file = new File(['a'], 'a.txt')
    const { handle, called } = handleOf(file, isAskable)
    expect(await openSource(handle)).toBe(file)
    expect(called).toEqual([...asked, 'getFile'])
  })

  it('opens a path', async () => {
    const file = await openSource(import.meta.filename)
    expect(file).toMatchObject({ name: 'file-source.test.ts' })
    expect(await file.text()).toContain('opens a path')
  })

  it('explains why a file cannot be opened', async () => {
    const cause = new DOMException('it was moved', 'NotFoundError')
    await expect(openSource(handleOf(cause, false).handle)).rejects.toMatchObject({
      ...{ code: 'FILE_UNREADABLE', message: 'the file cannot be opened: it was moved', cause },
    })
    const unsaid = { getFile: () => Promise.reject('moved') } as unknown as FileSystemFileHandle
    await expect(openSource(unsaid)).rejects.toMatchObject({
      ...{ code: 'FILE_UNREADABLE', message: 'the file cannot be opened', cause: 'moved' },
    })
  })
})

describe('sourceName', () => {
  it.each([
    ['/home/me/film.mp4', 'film.mp4'],
    ['C:\\Users\\me\\film.mp4', 'film.mp4'],
    ['film.mp4', 'film.mp4'],
    ['/home/me/', 'file'],
  ])('is the last segment of the path %s', (path, name) => {
    expect(sourceName(path)).toBe(name)
  })

  it('is the name of a file or handle, or `file` if it has none', () => {
    expect(sourceName(new File([], 'a.txt'))).toBe('a.txt')
    expect(sourceName(handleOf(new File([], 'a.txt'), false).handle)).toBe('from-handle.txt')
    expect(sourceName(new Blob([]))).toBe('file')
    expect(sourceName(new File([], ''))).toBe('file')
    expect(sourceName(Object.assign(new Blob([]), { name: 5 }))).toBe('file')
  })
})

describe('readWhole', () => {
  it('reads a file, and reports if it cannot be read', async () => {
    expect((await readWhole(new Blob(['abc']))).byteLength).toBe(3)
    await expect(readWhole(failingBlob(1).slice)).rejects.toMatchObject({
      ...{ code: 'FILE_UNREADABLE', message: 'the file changed or cannot be read any more' },
      cause: { name: 'NotReadableError' },
    })
  })
})

describe('expectReadable', () => {
  async function expectIt(failures: number) {
    const { blob, reads, asked } = failingBlob(failures)
    const { signal } = new AbortController()
    const waited: unknown[] = []
    const wait = async (...given: unknown[]) => {
      // The second read comes after it.
      waited.push([...given, reads.length])
    }
    const result = await expectReadable(blob, { wait }, signal).catch((error: unknown) => error)
    expect(asked).toEqual([[0, 1]])
    return { result, reads: reads.length, waited, signal }
  }

  it('reads only the first byte, and only once if that succeeds', async () => {
    expect(await expectIt(0)).toMatchObject({ result: undefined, reads: 1, waited: [] })
  })

  it('reads again after a second, because a closing page cannot read', async () => {
    const { result, reads, waited, signal } = await expectIt(1)
    expect([result, reads, waited]).toEqual([undefined, 2, [[1000, signal, 1]]])
  })

  it('reports that a file cannot be read if that fails too', async () => {
    const { result, reads } = await expectIt(2)
    expect([result, reads]).toEqual([expect.objectContaining({ code: 'FILE_UNREADABLE' }), 2])
  })
})
