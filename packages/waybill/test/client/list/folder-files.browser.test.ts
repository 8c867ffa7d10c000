/**
 * Which files of a dropped folder are taken. A drop of a real folder is in
 * `packages/waybill/test/client/browser/dropped-folder.test.ts`: here the entries are the test's,
 * since no browser gives one that cannot be read.
 *
 * @module
 */

import { afterEach, describe, expect, it, vi } from 'vitest'
import { filesOf } from 'waybill/client'

afterEach(() => {
  vi.restoreAllMocks()
})

interface Entry {
  readonly isFile: boolean
  readonly isDirectory: boolean
  readonly name: string
  readonly fullPath: string
}

function fileEntry(name: string, fullPath = `/folder/${name}`): Entry {
  const file = (resolve: (file: File) => void) => resolve(new File(['a'], name))
  return { isFile: true, isDirectory: false, name, fullPath, ...{ file } }
}

const UNREADABLE = new DOMException('gone', 'NotFoundError')

function unreadable(name: string): Entry {
  const file = (_: unknown, reject: (error: unknown) => void) => reject(UNREADABLE)
  return { ...fileEntry(name), ...{ file } }
}

/** Gives its entries two at a time. */
function folderEntry(name: string, ...entries: readonly Entry[]): Entry {
  const createReader = () => {
    const left = [...entries]
    return { readEntries: (resolve: (some: Entry[]) => void) => resolve(left.splice(0, 2)) }
  }
  return { isFile: false, isDirectory: true, name, fullPath: `/${name}`, ...{ createReader } }
}

type Dropped = Entry | File | string

function dropOf(dropped: readonly Dropped[]): DataTransfer {
  const items = dropped.map((one) => ({
    webkitGetAsEntry: () => (one instanceof File || typeof one === 'string' ? null : one),
    getAsFile: () => (one instanceof File ? one : null),
  }))
  return { items } as unknown as DataTransfer
}

async function namesOf(...dropped: readonly Dropped[]): Promise<string[]> {
  return (await filesOf(dropOf(dropped))).map(({ name }) => name)
}

const NOTE = new File(['a note'], 'note.txt')

describe('filesOf', () => {
  it('returns files in the dropped order, with folders in place, and no text', async () => {
    const inner = folderEntry('inner', fileEntry('d'), fileEntry('e'))
    const folder = folderEntry('folder', fileEntry('a'), fileEntry('b'), fileEntry('c'), inner)
    expect(await namesOf(folder, 'a text', NOTE)).toEqual(['a', 'b', 'c', 'd', 'e', 'note.txt'])
    expect(await namesOf(NOTE, 'a text')).toEqual(['note.txt'])
    expect(await namesOf('a text')).toEqual([])
    expect(await namesOf(folderEntry('empty'))).toEqual([])
  })

  it("reports each file's path, as an input for folders does", async () => {
    const inner = folderEntry('inner', fileEntry('b', '/folder/inner/b'))
    const files = await filesOf(dropOf([folderEntry('folder', fileEntry('a'), inner), NOTE]))
    const paths = files.map(({ webkitRelativePath }) => webkitRelativePath)
    expect(paths).toEqual(['folder/a', 'folder/inner/b', ''])
  })

  it('leaves out system files in folders, but not if a person dropped them', async () => {
    const litter = ['.DS_Store', 'Thumbs.db', 'desktop.ini']
    const alike = ['my.DS_Store', '.DS_Store.txt', 'Thumbs-db', 'xdesktop.ini', 'desktop.ini2']
    const folder = folderEntry('folder', ...[...litter, ...alike].map((name) => fileEntry(name)))
    expect(await namesOf(folder)).toEqual(alike)
    const dropped = litter.map((name) => new File([''], name))
    expect(await namesOf(...dropped)).toEqual(litter)
  })

  it('reports what cannot be read, and returns the rest', async () => {
    const report = vi.spyOn(globalThis, 'reportError').mockImplementation(() => {})
    const folder = folderEntry('folder', fileEntry('a'), unreadable('b'), fileEntry('c'))
    expect(await namesOf(folder)).toEqual(['a', 'c'])
    expect(report.mock.calls).toEqual([[UNREADABLE]])
  })

  it('leaves out entries that are neither a file nor a folder', async () => {
    const report = vi.spyOn(globalThis, 'reportError').mockImplementation(() => {})
    const other = { ...fileEntry('a socket'), isFile: false }
    expect(await namesOf(folderEntry('folder', other, fileEntry('a')))).toEqual(['a'])
    expect(report).not.toHaveBeenCalled()
  })
})
