import { settle } from '@waybill/test-support/eventually'
import { itemOf, snapshotOf } from '@waybill/test-support/list-watch'
import { describe, expect, it } from 'vitest'
import type { InterruptedUpload, UploadSource } from 'waybill/client'
import { LiveList } from '../../../src/client/list/create-upload-list.ts'
import { InterruptedItems } from '../../../src/client/list/list-help.ts'
import { HINTS, scriptedList, scriptedUploader } from './scripted-list.ts'

/** An upload that was interrupted, and how often it was forgotten. */
function interrupted(given: Partial<InterruptedUpload> = {}) {
  let forgotten = 0
  const upload: InterruptedUpload = {
    ...{ name: 'a.mp4', size: 9, type: 'video/mp4', sent: 5, updatedAt: new Date(1) },
    canReopen: false,
    resume: () => {
      throw new Error('not in these tests')
    },
    forget: async () => {
      forgotten += 1
    },
    ...given,
  }
  return { upload, forgotten: () => forgotten }
}

/** Items of what is found; `found` may change before they are loaded again. */
function itemsOf(...uploads: readonly InterruptedUpload[]) {
  const state = { found: uploads }
  const items = new InterruptedItems(async () => state.found)
  return { items, state, ids: () => items.items.map(({ id }) => id) }
}

const A = interrupted().upload
const FILE = new Blob(['a'])

describe('InterruptedItems', () => {
  it('are empty before they are loaded, and then contain what a page may show', async () => {
    const { items } = itemsOf(A)
    expect(items.items).toEqual([])
    expect(items.take('interrupted-1', FILE)).toBeUndefined()
    await items.load()
    const { resume: _, forget: __, ...shown } = A
    expect(items.items).toEqual([{ id: 'interrupted-1', ...shown }])
    expect(Object.isFrozen(items.items)).toBe(true)
  })

  it.each([{ name: 'b.mp4' }, { size: 8 }, { sent: 6 }, { updatedAt: new Date(2) }])(
    'keep their ids while they are unchanged, and get new ones with %o',
    async (other) => {
      const { items, state, ids } = itemsOf(A)
      await items.load()
      const [before] = items.items
      state.found = [interrupted(other).upload, interrupted({ updatedAt: new Date(1) }).upload]
      await items.load()
      expect(ids()).toEqual(['interrupted-2', 'interrupted-1'])
      expect(items.items[1]).toBe(before)
    },
  )

  it('stay the same list, and report that, until a load finds others', async () => {
    const { items, state } = itemsOf(A)
    expect(await items.load()).toBe(true)
    const before = items.items
    expect(await items.load()).toBe(false)
    expect(items.items).toBe(before)
    state.found = []
    expect(await items.load()).toBe(true)
  })

  it('that look the same have different ids', async () => {
    const { items, ids } = itemsOf(A, A)
    await items.load()
    await items.load()
    expect(ids()).toEqual(['interrupted-1', 'interrupted-2'])
  })

  it('are offered until they are taken, which needs the file if it cannot be reopened', async () => {
    const open = interrupted({ name: 'b.mp4', canReopen: true }).upload
    const { items, ids } = itemsOf(A, open)
    await items.load()
    expect(() => items.take('interrupted-1')).toThrow(
      new TypeError('file is missing: choose a.mp4 again'),
    )
    expect(items.take('none', FILE)).toBeUndefined()
    expect(ids()).toHaveLength(2)
    expect(items.take('interrupted-2')).toBe(open)
    expect(items.take('interrupted-1', FILE)).toBe(A)
    expect(ids()).toEqual([])
  })

  it('can be forgotten one at a time', async () => {
    const [one, other] = [interrupted(), interrupted({ name: 'b.mp4' })]
    const { items, ids } = itemsOf(one.upload, other.upload)
    await items.load()
    await items.forget('interrupted-2')
    await items.forget('interrupted-2')
    expect([one.forgotten(), other.forgotten(), ids()]).toEqual([0, 1, ['interrupted-1']])
  })
})

describe("a list's interrupted uploads", () => {
  /** A list of the rule `films` that offers one upload, which goes on as the test says. */
  async function offering(given: Partial<InterruptedUpload> = {}) {
    const resumed: (UploadSource | undefined)[] = []
    const { uploader, begun } = scriptedUploader()
    const { upload, forgotten } = interrupted({
      rule: 'films',
      resume: (file) => {
        resumed.push(file)
        // A handle has no size before it is opened.
        return uploader.upload(new Blob(), { name: 'a.mp4' })
      },
      ...given,
    })
    const other = interrupted({ name: 'b.mp4', rule: 'other' }).upload
    const all = { interrupted: async () => [other, upload], rules: async () => ({ films: HINTS }) }
    const { list } = await scriptedList({ rule: 'films' }, all)
    const offers = await snapshotOf(list, (snapshot) => snapshot.interrupted.length > 0)
    return { list, offered: offers.interrupted, resumed, forgotten, begun }
  }

  it('are limited to its rule', async () => {
    const { offered } = await offering()
    expect(offered.map(({ name }) => name)).toEqual(['a.mp4'])
  })

  it('change nothing if there are none', async () => {
    const searched = Promise.withResolvers<readonly InterruptedUpload[]>()
    const { list } = await scriptedList({ hints: HINTS }, { interrupted: () => searched.promise })
    let told = 0
    list.subscribe(() => {
      told += 1
    })
    await settle()
    const [before, toldBefore] = [list.getSnapshot(), told]
    searched.resolve([])
    await settle()
    expect(list.getSnapshot()).toBe(before)
    expect(told).toBe(toldBefore)
  })

  it('resume as an item, which shows the interrupted upload until its file is open', async () => {
    const { list, offered, resumed, begun } = await offering({ canReopen: true })
    const id = list.resumeInterrupted(offered[0]?.id ?? '')
    expect(id).toBe('1')
    expect(itemOf(list, '1')).toMatchObject({ name: 'a.mp4', size: 9, previewUrl: undefined })
    expect(resumed).toEqual([undefined])
    expect(itemOf(list, '1').upload).toBe(begun().upload)
    expect(list.getSnapshot().interrupted).toEqual([])
  })

  it('are requested only by the first listener, and again once all have gone', async () => {
    let asked = 0
    const find = async () => {
      asked += 1
      return []
    }
    const { list } = await scriptedList({}, { interrupted: find })
    const stops = [list.subscribe(() => {}), list.subscribe(() => {})]
    await settle()
    expect(asked).toBe(1)
    for (const stop of stops) stop()
    list.subscribe(() => {})
    await settle()
    expect(asked).toBe(2)
  })

  it('are not offered if they cannot be looked up', async () => {
    const { list } = await scriptedList({}, { interrupted: () => Promise.reject(new Error('no')) })
    list.subscribe(() => {})
    await settle()
    expect(list.getSnapshot().interrupted).toEqual([])
    expect(list.resumeInterrupted('interrupted-1')).toBeUndefined()
  })

  it('disappear at once when they are forgotten, and listeners are notified', async () => {
    const { list, offered, forgotten } = await offering()
    const told: number[] = []
    list.subscribe(() => told.push(list.getSnapshot().interrupted.length))
    const forgetting = list.forgetInterrupted(offered[0]?.id ?? '')
    expect(list.getSnapshot().interrupted).toEqual([])
    await forgetting
    expect(told).toEqual([0])
    expect(forgotten()).toBe(1)
  })

  it('report why they could not be forgotten', async () => {
    const forget = () => Promise.reject(new Error('the line broke'))
    const { list, offered } = await offering({ forget })
    await expect(list.forgetInterrupted(offered[0]?.id ?? '')).rejects.toThrow('the line broke')
  })

  it('are empty, and cannot be forgotten, before the list is used', async () => {
    const list = new LiveList(scriptedUploader().uploader, {})
    expect(list.getSnapshot().interrupted).toEqual([])
    expect(list.resumeInterrupted('interrupted-1')).toBeUndefined()
    expect(await list.forgetInterrupted('interrupted-1')).toBeUndefined()
  })
})
