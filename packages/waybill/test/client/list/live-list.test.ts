/**
 * A list whose uploads do what a test says: what it gives them, and what it does without its code.
 *
 * @module
 */

import { settle, unhandledRejections } from '@waybill/test-support/eventually'
import { settled, text } from '@waybill/test-support/list-watch'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { UploadError } from 'waybill'
import { LiveList } from '../../../src/client/list/create-upload-list.ts'
import { COMPLETED } from '../upload/scripted-upload.ts'
import { countedUploader } from './counted-list.ts'
import { HINTS, scriptedList, scriptedUploader } from './scripted-list.ts'

describe('a list of scripted uploads', () => {
  it('starts each upload with the current name, rule and metadata', async () => {
    const rules = async () => ({ notes: HINTS })
    const { list, optionsGiven } = await scriptedList({ rule: 'notes' }, { rules })
    list.add([text('a')])
    list.update({ metadata: { album: '7' } })
    list.add([text('')])
    expect(optionsGiven).toEqual([
      { name: 'a', rule: 'notes' },
      { name: undefined, rule: 'notes', metadata: { album: '7' } },
    ])
  })

  it('gives each file its own metadata, from the list and from where it was added', async () => {
    const { list, optionsGiven } = await scriptedList({
      metadata: ({ name }) => (name === 'd' ? undefined : { from: 'list', list: name }),
    })
    list.add([text('a')], { metadata: { from: 'page' } })
    list.add([text('b'), text('c')], { metadata: ({ size }) => ({ size: String(size) }) })
    list.add([text('d')])
    list.update({})
    list.add([text('e')], { metadata: ({ name }) => ({ name }) })
    expect(optionsGiven).toMatchObject([
      { metadata: { from: 'page', list: 'a' } },
      { metadata: { from: 'list', list: 'b', size: '1' } },
      { metadata: { from: 'list', list: 'c', size: '1' } },
      { metadata: undefined },
      { metadata: { name: 'e' } },
    ])
  })

  it('reads metadata when a file starts, so a caption can be edited until then', async () => {
    const captions = new Map<File, string>()
    const { list, optionsGiven } = await scriptedList({
      autostart: false,
      metadata: (file) => ({ caption: captions.get(file) ?? '' }),
    })
    const file = text('a')
    list.add([file])
    captions.set(file, 'the alps')
    list.start()
    expect(optionsGiven).toMatchObject([{ metadata: { caption: 'the alps' } }])
  })

  it('fails only the file whose metadata cannot be created', async () => {
    const { list, item, optionsGiven } = await scriptedList()
    const metadata = ({ name }: File) => {
      if (name === 'a') throw new Error('no caption')
      return {}
    }
    const [first = '', second = ''] = list.add([text('a'), text('b')], { metadata })
    expect(item(first)).toMatchObject({ state: 'failed', error: { code: 'INTERNAL_ERROR' } })
    expect(item(second).state).toBe('queued')
    expect(optionsGiven).toHaveLength(1)
  })

  it("sends and shows a file's path in its folder, with the name it is sent under", async () => {
    const inFolder = (path: string) => {
      const file = text(path.slice(path.lastIndexOf('/') + 1))
      return Object.defineProperty(file, 'webkitRelativePath', { value: path })
    }
    const prepare = (file: File) => new File([file], file.name.replace('.heic', '.jpg'), file)
    const { list, item, optionsGiven } = await scriptedList({ prepare })
    const [first = ''] = list.add([inFolder('album/trip/a.heic')])
    const [second = ''] = list.add([text('b')])
    list.add([text('c'), inFolder('album/d')], { path: ({ name }) => `photos/${name}` })
    list.add([inFolder('album/e.heic')], { path: ({ name }) => name })
    list.add([inFolder('album/f')], { path: () => '' })
    await vi.waitUntil(() => optionsGiven.length === 6)
    expect(optionsGiven).toMatchObject([
      { name: 'a.jpg', path: 'album/trip/a.jpg' },
      { name: 'b', path: undefined },
      { name: 'c', path: 'photos/c' },
      { name: 'd', path: 'photos/d' },
      { name: 'e.jpg', path: 'e.jpg' },
      { name: 'f', path: '' },
    ])
    expect(item(first)).toMatchObject({ path: 'album/trip/a.heic' })
    expect(item(second)).not.toHaveProperty('path')
  })

  it('clears completed items, or those a form has submitted, and keeps the rest', async () => {
    const remove = vi.fn()
    const { list, item, begun, uploads } = await scriptedList({ maxFiles: 4 }, { remove })
    list.add([text('a'), text('b'), text('no receipt'), text('c')])
    await settle()
    for (const [at, completed] of [{ receipt: 'r1' }, { receipt: 'r2' }, {}].entries()) {
      begun(at)
        .run()
        .complete({ ...COMPLETED, ...completed })
    }
    await settle()
    const names = () => list.getSnapshot().items.map(({ name }) => name)
    list.clear({ receipts: ['r1', 'of another list'] })
    expect(names()).toEqual(['b', 'no receipt', 'c'])
    expect(list.getSnapshot()).toMatchObject({ receipts: ['r2'], total: { files: 3, done: 2 } })
    list.clear()
    expect(names()).toEqual(['c'])
    expect(list.getSnapshot().receipts).toEqual([])
    expect(uploads[3]?.upload.state).toBe('queued')
    expect(remove).not.toHaveBeenCalled()
    const [next = ''] = list.add([text('d')])
    expect(item(next).state).toBe('queued')
  })

  it('reads each file only a few times when a thousand are added, paused and counted', async () => {
    const { uploader, files, readsPerFile, time } = countedUploader()
    const list = new LiveList(uploader, { effects: time, hints: HINTS, maxFiles: 2000 })
    await list.hints()
    const ids = list.add(files)
    for (const id of ids) list.pause(id)
    expect(list.getSnapshot().total.files).toBe(files.length)
    expect(readsPerFile()).toBeLessThan(30)
  })

  it.each(['failed', 'aborted'] as const)('has a free slot again when one is %s', async (state) => {
    const { list, begun, item } = await scriptedList({ maxFiles: 1 })
    const [first = '', second = ''] = list.add([text('a'), text('b')])
    expect(item(second).error).toMatchObject({
      code: 'TOO_MANY_FILES',
      message: 'at most 1 files are allowed',
    })
    await settle()
    if (state === 'aborted') list.abort(first)
    else begun().run().fail(new UploadError('NETWORK_FAILED', 'the line broke'))
    await settle()
    expect(item(first).state).toBe(state)
    list.retry(second)
    expect(item(second).state).toBe('queued')
  })

  it('names an invalid option of an update, and keeps the previous ones', async () => {
    const { list, item } = await scriptedList({ maxFiles: 1 })
    const wrong = () => list.update({ maxFiles: -1 })
    expect(wrong).toThrow(new RangeError('maxFiles is -1, expected 0 or more'))
    const [first = '', second = ''] = list.add([text('a'), text('b')])
    expect([item(first).state, item(second).state]).toEqual(['queued', 'failed'])
  })
})

describe("a list's hints", () => {
  it('stay those it was created with', () => {
    const list = new LiveList(scriptedUploader().uploader, { hints: HINTS })
    list.update({ hints: { ...HINTS } })
    expect(list.getSnapshot().hints).toBe(HINTS)
  })
})

describe("a list whose page cannot load the list's code for hints", () => {
  const CHUNK = '../../../src/client/list/list-chunk.ts'
  const GONE = new TypeError('Failed to fetch dynamically imported module')
  let isGone = true

  beforeEach(() => {
    isGone = true
    vi.resetModules()
    vi.doMock(CHUNK, async (original) => {
      if (isGone) throw GONE
      return original()
    })
  })

  afterEach(() => {
    vi.doUnmock(CHUNK)
    vi.resetModules()
  })

  it('still uploads, and reports the error when asked for hints', async () => {
    const { scriptedUploader } = await import('./scripted-list.ts')
    const { LiveList } = await import('../../../src/client/list/create-upload-list.ts')
    const { uploader, uploads, begun } = scriptedUploader()
    const list = new LiveList(uploader, { effects: { wait: async () => {} } })
    const unhandled = unhandledRejections()
    list.subscribe(() => {})
    list.add([text('a')])
    await vi.waitUntil(() => uploads.length === 1)
    begun().run().complete()
    expect((await settled(list)).items[0]?.state).toBe('done')
    await expect(list.hints()).rejects.toMatchObject({
      code: 'PAGE_OUTDATED',
      cause: expect.any(Error),
    })
    await list.remove('1')
    await settle()
    expect(unhandled).toEqual([])
    isGone = false
    expect(await list.hints()).toEqual(HINTS)
  })
})
