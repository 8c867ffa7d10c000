import { eventually, settle } from '@waybill/test-support/eventually'
import { settled, text } from '@waybill/test-support/list-watch'
import { type System, startSystem } from '@waybill/test-support/system'
import { virtualTime } from '@waybill/test-support/virtual-time'
import { describe, expect, it, vi } from 'vitest'
import { UploadError } from 'waybill'
import {
  createUploadList,
  toStore,
  type UploadListOptions,
  type UploadListSnapshot,
} from 'waybill/client'
import { Notifier } from '../../../src/client/list/throttled-notifier.ts'
import { scriptedList } from './scripted-list.ts'

function listOf(system: System, options: UploadListOptions = {}) {
  return createUploadList(system.uploader('me'), options)
}

describe('an upload list', () => {
  it('passes the item to onDone and onError, and reports errors they throw', async () => {
    const report = vi.spyOn(console, 'error').mockReturnValue()
    const system = await startSystem()
    const told: string[] = []
    const list = listOf(system, {
      onDone: ({ name, completed }) => {
        told.push(`${name} ${completed?.key}`)
        throw new Error('of the page')
      },
      onError: ({ name, error }) => told.push(`${name} ${error?.code}`),
    })
    list.subscribe(() => {
      throw new Error('of a listener')
    })
    list.add([text('a.txt'), new File(['<p>'], 'b.html', { type: 'text/html' })])
    await settled(list)
    await eventually(() => told.length).toBe(2)
    expect(told.sort()).toEqual(['a.txt files/a.txt', 'b.html FILE_TYPE_NOT_ALLOWED'])
    expect(report).toHaveBeenCalled()
    report.mockRestore()
  })

  it('notifies both subscriptions of one function, and none that was removed', async () => {
    const system = await startSystem()
    const list = listOf(system, { autostart: false })
    const told = vi.fn()
    const stop = list.subscribe(told)
    const stopAlso = list.subscribe(told)
    list.add([text('a')])
    await Promise.resolve()
    expect(told).toHaveBeenCalledTimes(2)
    stop()
    stop()
    list.add([text('b')])
    await Promise.resolve()
    expect(told).toHaveBeenCalledTimes(3)
    stopAlso()
  })

  it('accepts other options, and only reports hints that are new', async () => {
    const system = await startSystem()
    const list = listOf(system, { autostart: false })
    const told = vi.fn()
    list.subscribe(told)
    await list.hints()
    await Promise.resolve()
    const before = list.getSnapshot()
    told.mockClear()
    // React calls it at each render that is shown, with options that are made anew.
    list.update({ autostart: false, maxFiles: 1, hints: { ...(await list.hints()) } })
    await Promise.resolve()
    expect(told).not.toHaveBeenCalled()
    expect(list.getSnapshot()).toBe(before)
    list.add([text('a'), text('b')])
    expect(list.getSnapshot().items[1]?.error).toMatchObject({ code: 'TOO_MANY_FILES' })

    const rendered = listOf(system)
    const hints = await list.hints()
    rendered.update({ hints })
    expect(rendered.getSnapshot().hints).toBe(hints)
  })
})

describe('a list with scripted uploads', () => {
  it('reports user actions at once, even while uploads progress', async () => {
    const { list, begun, pass } = await scriptedList()
    list.add([text('a', 'x'.repeat(100)), text('b')])
    await pass(1000)
    const { control } = begun().run()
    control.enter('uploading')
    const told: string[] = []
    list.subscribe(() =>
      told.push(
        list
          .getSnapshot()
          .items.map(({ state }) => state)
          .join(),
      ),
    )
    await pass(1)
    told.length = 0
    list.pause()
    await Promise.resolve()
    expect(told).toEqual(['paused,paused'])
  })
})

describe("an item's final notification", () => {
  it('is not prepared if the page does not ask for it', async () => {
    const report = vi.spyOn(console, 'error').mockReturnValue()
    const { list, begun } = await scriptedList()
    list.add([text('a'), text('b')])
    await settle()
    begun(0).run().complete()
    begun(1).run().fail(new UploadError('NETWORK_FAILED', 'the line broke'))
    await settle()
    expect(list.getSnapshot().items).toMatchObject([{ state: 'done' }, { state: 'failed' }])
    expect(report).not.toHaveBeenCalled()
    report.mockRestore()
  })
})

describe('toStore', () => {
  it('emits the snapshot at once, and each later one until it is unsubscribed', async () => {
    const { list } = await scriptedList({ autostart: false })
    const seen: UploadListSnapshot[] = []
    const stop = toStore(list).subscribe((snapshot) => seen.push(snapshot))
    expect(seen).toEqual([list.getSnapshot()])
    await settle()
    seen.length = 0
    list.add([text('a')])
    await Promise.resolve()
    expect(seen).toEqual([list.getSnapshot()])
    stop()
    list.add([text('b')])
    await settle()
    expect(seen).toHaveLength(1)
  })
})

describe('Notifier', () => {
  /** When a listener was told, in milliseconds. */
  function listen(files = 1) {
    const { until, ...time } = virtualTime()
    const notifier = new Notifier(time.wait, () => files)
    const told: number[] = []
    const stop = notifier.subscribe(() => told.push(time.monotonicMs()))
    const pass = (ms: number) => until(time.wait(ms, new AbortController().signal))
    return { notifier, told, stop, pass }
  }

  it('reports user actions at once, and progress at most ten times a second', async () => {
    const { notifier, told, pass } = listen()
    notifier.moved()
    notifier.moved()
    await pass(40)
    notifier.changed()
    notifier.moved()
    await pass(10)
    notifier.moved()
    await pass(60)
    notifier.moved()
    await pass(100)
    expect(told).toEqual([0, 40, 100, 200])
  })

  it('reports thousands of files less often, but user actions still at once', async () => {
    const { notifier, told, pass } = listen(5_000)
    notifier.moved()
    await pass(100)
    notifier.changed()
    notifier.moved()
    await pass(300)
    notifier.moved()
    await pass(700)
    expect(told).toEqual([0, 100, 500])
  })

  it('reports each progress once, and nothing while nothing moves', async () => {
    const { notifier, told, pass } = listen()
    notifier.moved()
    await pass(10)
    notifier.moved()
    await pass(1000)
    expect(told).toEqual([0, 100])
    notifier.moved()
    await pass(1)
    expect(told).toEqual([0, 100, 1010])
  })

  it('works as long as there is a listener', () => {
    const { notifier, stop } = listen()
    expect(notifier.isHeard).toBe(true)
    stop()
    expect(notifier.isHeard).toBe(false)
    notifier.subscribe(() => {})
    notifier.clear()
    expect(notifier.isHeard).toBe(false)
  })
})
