import { settle } from '@waybill/test-support/eventually'
import { text } from '@waybill/test-support/list-watch'
import { describe, expect, it, vi } from 'vitest'
import { UploadError } from 'waybill'
import { COMPLETED } from '../upload/scripted-upload.ts'
import { scriptedList } from './scripted-list.ts'

const LARGE = text('large', 'x'.repeat(1001))
const FAILURE = new UploadError('NETWORK_FAILED', 'the line broke')

/** A `prepare` that ends when the test says so. */
function gate() {
  const { promise, resolve, reject } = Promise.withResolvers<File>()
  const signals: AbortSignal[] = []
  const prepare = (_: File, signal: AbortSignal) => {
    signals.push(signal)
    return promise
  }
  return { prepare, signals, open: resolve, fail: reject }
}

describe('a list item', () => {
  it('is done only once its result is available', async () => {
    const { list, begun, item } = await scriptedList()
    const [id = ''] = list.add([text('a')])
    await settle()
    const states: string[] = []
    begun().upload.on('progress', () => states.push(item(id).state))
    begun().run().complete()
    await settle()
    expect(states).toEqual(['completing'])
    expect(item(id)).toMatchObject({ state: 'done', completed: COMPLETED })
  })

  it('begins once, however often it is started', async () => {
    const { list, uploads, begun, item } = await scriptedList({ autostart: false })
    const [id = ''] = list.add([text('a')])
    expect(uploads).toEqual([])
    list.start()
    list.start(id)
    expect(item(id).upload).toBe(begun().upload)
    list.pause(id)
    expect(item(id).state).toBe('paused')
    list.resume(id)
    expect(item(id).state).toBe('queued')
    expect(uploads).toHaveLength(1)
  })

  it('resumes its upload after a failure, and starts another after an abort', async () => {
    const { list, uploads, begun, item } = await scriptedList()
    const [id = ''] = list.add([text('a')])
    await settle()
    begun().run().fail(FAILURE)
    await settle()
    list.retry(id)
    await settle()
    expect([uploads.length, begun().runs.length]).toEqual([1, 2])
    list.abort(id)
    list.retry()
    expect(item(id).state).toBe('aborted')
    list.retry(id)
    expect(uploads).toHaveLength(2)
    expect(item(id).upload).toBe(begun(1).upload)
  })

  it('has no upload while it is prepared again after an abort', async () => {
    const { prepare, open } = gate()
    const { list, item } = await scriptedList({ prepare })
    const [id = ''] = list.add([text('a')])
    open(text('a'))
    await settle()
    expect(item(id).upload).toBeDefined()
    list.abort(id)
    list.retry(id)
    expect(item(id)).toMatchObject({ state: 'queued' })
    expect(item(id).upload).toBeUndefined()
  })

  it('aborts an upload that begins in the tick in which it was aborted', async () => {
    const { prepare, open } = gate()
    const made = await scriptedList({ prepare })
    const { list, begun, item } = made
    const [id = ''] = list.add([text('a')])
    await settle()
    open(text('a'))
    while (made.uploads.length === 0) await Promise.resolve()
    list.abort(id)
    await settle()
    expect(item(id)).toMatchObject({ state: 'aborted' })
    expect(begun().upload.state).toBe('aborted')
  })

  it("shows and reports its upload's progress, and what it is waiting for", async () => {
    const { list, begun, item, pass } = await scriptedList()
    const [id = ''] = list.add([text('a', 'x'.repeat(100))])
    await pass(1000)
    const { control } = begun().run()
    control.enter('uploading')
    expect(item(id).progress).toEqual({ sent: 0, stored: 0, total: 100, fraction: 0 })
    const told = vi.fn()
    list.subscribe(told)
    await pass(1000)
    told.mockClear()
    control.sent(40, 40)
    expect(item(id).progress).toEqual({ sent: 40, stored: 0, total: 100, fraction: 0.4 })
    await pass(1)
    expect(told).toHaveBeenCalledOnce()
    const waiting = { reason: 'storage', since: new Date(0) } as const
    control.waits.set({}, waiting)
    expect(item(id)).toMatchObject({ state: 'waiting', waiting })
  })

  it('has sent no bytes before it begins, and waits for nothing', async () => {
    const { list, item } = await scriptedList({ autostart: false })
    const [id = ''] = list.add([text('a', 'x'.repeat(100))])
    expect(item(id).progress).toEqual({ sent: 0, stored: 0, total: 100, fraction: 0 })
    expect(Object.keys(item(id)).toSorted()).toEqual([
      ...['id', 'name', 'previewUrl', 'progress', 'size', 'state', 'type'],
    ])
  })

  it('calls onError each time its upload fails', async () => {
    const onError = vi.fn()
    const { list, begun } = await scriptedList({ onError })
    const [id = ''] = list.add([text('a')])
    for (const times of [1, 2]) {
      await settle()
      begun().run().fail(FAILURE)
      await settle()
      expect(onError).toHaveBeenCalledTimes(times)
      expect(onError.mock.lastCall).toMatchObject([{ id, error: FAILURE }])
      list.retry()
    }
  })

  it('stays rejected if it is aborted afterwards', async () => {
    const { list, item } = await scriptedList()
    const [id = ''] = list.add([LARGE])
    list.abort(id)
    expect(item(id)).toMatchObject({ state: 'failed', error: { code: 'FILE_TOO_LARGE' } })
  })

  it('has no error while it is prepared again after a failed preparation', async () => {
    const { prepare, fail } = gate()
    const { list, item } = await scriptedList({ prepare })
    const [id = ''] = list.add([text('a')])
    fail(new Error('no such codec'))
    await settle()
    expect(item(id).error).toMatchObject({ code: 'PREPARE_FAILED' })
    list.retry()
    expect(item(id).state).toBe('queued')
    expect(item(id).error).toBeUndefined()
  })
})

describe('an item that a list has released', () => {
  it('is no longer prepared, and does not begin', async () => {
    const { prepare, signals, open } = gate()
    const { list, uploads } = await scriptedList({ prepare })
    list.add([text('a')])
    await settle()
    list.destroy({ uploads: 'continue' })
    expect(signals.map(({ aborted }) => aborted)).toEqual([true])
    open(text('a'))
    await settle()
    expect(uploads).toEqual([])
  })

  it('reports nothing about its upload, which continues', async () => {
    const onDone = vi.fn()
    const { list, begun } = await scriptedList({ onDone })
    list.add([text('a')])
    await settle()
    list.destroy({ uploads: 'continue' })
    begun().run().complete()
    expect(await begun().upload.done).toEqual(COMPLETED)
    await settle()
    expect(onDone).not.toHaveBeenCalled()
  })

  it.each(['destroyed', 'removed while it completes'])(
    "no longer counts towards the list's rate: %s",
    async (how) => {
      const { list, begun, pass } = await scriptedList()
      const [id = ''] = list.add([text('a', 'x'.repeat(100))])
      await pass(1)
      const { control } = begun().run()
      control.enter('uploading')
      for (const sent of [20, 40, 60]) {
        await pass(500)
        control.sent(sent, sent)
      }
      expect(list.getSnapshot().total.bytesPerSecond).toBe(40)
      control.enter('completing')
      if (how === 'destroyed') list.destroy({ uploads: 'continue' })
      else await list.remove(id)
      const told = vi.fn()
      list.subscribe(told)
      await pass(1000)
      told.mockClear()
      await pass(9000)
      expect(told).not.toHaveBeenCalled()
    },
  )
})
