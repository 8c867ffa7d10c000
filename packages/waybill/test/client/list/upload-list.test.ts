import { itemOf, settled, snapshotOf, text } from '@waybill/test-support/list-watch'
import { type System, startSystem } from '@waybill/test-support/system'
import { describe, expect, it, vi } from 'vitest'
import { uploadRule } from 'waybill'
import { createUploadList, type UploadListOptions, type UploadListSnapshot } from 'waybill/client'
import type { ObservedRequest } from '../../../../strict-s3/src/faults/fault.ts'

function listOf(system: System, options: UploadListOptions = {}) {
  return createUploadList(system.uploader('me'), options)
}

/** Nothing that is posted to S3 arrives. */
const HELD = {
  storagePlan: ({ operation }: ObservedRequest) =>
    operation === 'PostObject' ? ({ kind: 'stall-request', afterBytes: 0 } as const) : undefined,
}

const isUploading = ({ items }: UploadListSnapshot) => items[0]?.state === 'uploading'

describe('an upload list', () => {
  it('uploads added files, and holds the receipts that a form submits', async () => {
    const system = await startSystem()
    const list = listOf(system)
    const ids = list.add([text('a.txt'), text('b.txt')])
    const { items, total, receipts } = await settled(list)
    expect(items.map(({ id, name, state }) => [id, name, state])).toEqual([
      [ids[0], 'a.txt', 'done'],
      [ids[1], 'b.txt', 'done'],
    ])
    expect(receipts).toEqual(items.map(({ completed }) => completed?.receipt))
    expect(total).toMatchObject({ files: 2, done: 2, failed: 0, active: 0, fraction: 1 })
    expect(system.completed.sort()).toEqual(['files/a.txt', 'files/b.txt'])
  })

  it('makes no calls until it is used, for example while a server renders a page', async () => {
    const system = await startSystem()
    const list = listOf(system)
    expect(list.getSnapshot()).toEqual({
      items: [],
      total: { files: 0, done: 0, failed: 0, active: 0, sent: 0, stored: 0, size: 0, fraction: 0 },
      interrupted: [],
      receipts: [],
    })
    await new Promise(setImmediate)
    expect(system.signerProxy.exchanges).toEqual([])
  })

  it('waits for start() if autostart is off', async () => {
    const system = await startSystem()
    const list = listOf(system, { autostart: false })
    const [first = ''] = list.add([text('a'), text('b')])
    list.start(first)
    await snapshotOf(list, ({ total }) => total.done === 1)
    expect(list.getSnapshot().items.map(({ state }) => state)).toEqual(['done', 'ready'])
    list.start()
    expect((await settled(list)).total.done).toBe(2)
  })

  it('removes an item permanently: its upload is aborted and its id is not reused', async () => {
    const system = await startSystem(HELD)
    const list = listOf(system)
    const [id = ''] = list.add([text('a')])
    const { items } = await snapshotOf(list, isUploading)
    await list.remove(id)
    expect(list.getSnapshot().items).toEqual([])
    expect(items[0]?.upload?.state).toBe('aborted')
    expect(list.add([text('b')])).not.toContain(id)
  })

  it('retries failed uploads', async () => {
    let isOpen = false
    const system = await startSystem({
      signer: {
        rules: {
          notes: uploadRule({
            types: ['text/plain'],
            maxSize: 100,
            public: true,
            accept: () => isOpen || 'closed on Sundays',
          }),
        },
      },
    })
    const list = listOf(system)
    const [id = ''] = list.add([text('a')])
    expect((await settled(list)).items[0]?.error).toMatchObject({
      code: 'FILE_REFUSED',
      message: 'closed on Sundays',
    })
    isOpen = true
    // The same file would be refused again, as far as one knows: only who names it means it.
    list.retry()
    expect(itemOf(list, id).state).toBe('failed')
    list.retry(id)
    expect(itemOf(list, id).error).toBeUndefined()
    expect((await settled(list)).items[0]).toMatchObject({ id, state: 'done' })
  })

  it('retries an unreadable file together with the other failed ones', async () => {
    const system = await startSystem()
    const list = listOf(system)
    const file = text('a')
    const unreadable = Promise.reject(new DOMException('locked', 'NotReadableError'))
    unreadable.catch(() => {})
    const reading = vi.spyOn(file, 'arrayBuffer').mockReturnValue(unreadable)
    const slicing = vi.spyOn(file, 'slice').mockReturnValue(file)
    list.add([file])
    expect((await settled(list)).items[0]?.error).toMatchObject({ code: 'FILE_UNREADABLE' })
    for (const spy of [reading, slicing]) spy.mockRestore()
    list.retry()
    expect((await settled(list)).items[0]?.state).toBe('done')
  })

  it('rejects an invalid option at once, by name', async () => {
    const system = await startSystem()
    expect(() => listOf(system, { maxFiles: -1 })).toThrow('maxFiles is -1, expected 0 or more')
    const wrong = { prepare: 'resize' } as unknown as UploadListOptions
    expect(() => listOf(system, wrong)).toThrow('prepare is string, expected a function')
  })
})

describe('destroy', () => {
  it('aborts uploads in flight and empties the list, which can be reused', async () => {
    const system = await startSystem(HELD)
    const list = listOf(system)
    const told = vi.fn()
    list.subscribe(told)
    list.add([text('a')])
    const { items } = await snapshotOf(list, isUploading)
    list.destroy()
    expect(items[0]?.upload?.state).toBe('aborted')
    expect(list.getSnapshot().items).toEqual([])
    // As React's StrictMode does: what was destroyed is subscribed to again.
    told.mockClear()
    list.add([text('b')])
    expect((await snapshotOf(list, isUploading)).items).toMatchObject([{ name: 'b' }])
    expect(told).not.toHaveBeenCalled()
  })
})
