import { describe, expect, it } from 'vitest'
import type { InterruptedUpload } from 'waybill/client'
import { InterruptedItems } from '../../../src/client/list/interrupted-items.ts'

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
  it('are nothing before they are loaded, and then what a page may show', async () => {
    const { items } = itemsOf(A)
    expect(items.items).toEqual([])
    expect(items.take('interrupted-1', FILE)).toBeUndefined()
    await items.load()
    const { resume: _, forget: __, ...shown } = A
    expect(items.items).toEqual([{ id: 'interrupted-1', ...shown }])
    expect(Object.isFrozen(items.items)).toBe(true)
  })

  it.each([{ name: 'b.mp4' }, { size: 8 }, { sent: 6 }, { updatedAt: new Date(2) }])(
    'keep their ids while they are the same, and get others with %o',
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

  it('that look the same have each an id', async () => {
    const { items, ids } = itemsOf(A, A)
    await items.load()
    await items.load()
    expect(ids()).toEqual(['interrupted-1', 'interrupted-2'])
  })

  it('are offered until they are taken, which needs the file where it cannot be opened', async () => {
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

  it('are forgotten one at a time', async () => {
    const [one, other] = [interrupted(), interrupted({ name: 'b.mp4' })]
    const { items, ids } = itemsOf(one.upload, other.upload)
    await items.load()
    await items.forget('interrupted-2')
    await items.forget('interrupted-2')
    expect([one.forgotten(), other.forgotten(), ids()]).toEqual([0, 1, ['interrupted-1']])
  })
})
