import { itemOf, settled, snapshotOf, text } from '@waybill/test-support/list-watch'
import { sha256Given, sha256Stored } from '@waybill/test-support/stored'
import { type System, startSystem } from '@waybill/test-support/system'
import { describe, expect, it } from 'vitest'
import { UploadError, uploadRule } from 'waybill'
import { createUploadList, type UploadListOptions } from 'waybill/client'
import { prepareFile } from '../../../src/client/list/list-help.ts'
import { Semaphore } from '../../../src/client/semaphore.ts'

type Prepare = NonNullable<UploadListOptions['prepare']>

function listOf(system: System, prepare: Prepare, options: UploadListOptions = {}) {
  return createUploadList(system.uploader('me'), { prepare, ...options })
}

const CODEC = new Error('no such codec')

const upper: Prepare = async (file) =>
  new File([(await file.text()).toUpperCase()], file.name, { type: file.type })

async function expectStored(system: System, key: string, content: string): Promise<void> {
  expect(await sha256Stored(system, key)).toBe(await sha256Given(text('', content)))
}

describe('prepare', () => {
  it('creates the bytes to send before they are described', async () => {
    const system = await startSystem()
    const list = listOf(
      system,
      async (file) => new Blob([await file.text(), '!'], { type: 'text/csv' }),
    )
    const [id = ''] = list.add([text('a.txt', 'hello')])
    expect(itemOf(list, id)).toMatchObject({ size: 5, type: 'text/plain' })
    const { items } = await settled(list)
    expect(items[0]).toMatchObject({ state: 'done', name: 'a.txt', size: 6, type: 'text/csv' })
    await expectStored(system, 'files/a.txt', 'hello!')
  })

  it('may rename the file', async () => {
    const system = await startSystem()
    const list = listOf(system, (file) => new File([file], 'a.jpg', { type: 'image/jpeg' }))
    list.add([new File(['heic'], 'a.heic', { type: 'image/heic' })])
    const { items } = await settled(list)
    expect(items[0]).toMatchObject({ name: 'a.jpg', completed: { key: 'files/a.jpg' } })
  })

  it('runs for two files at once, and for a third when one has finished', async () => {
    const system = await startSystem()
    const gates: (() => void)[] = []
    const list = listOf(system, async (file) => {
      await new Promise<void>((resolve) => gates.push(resolve))
      return file
    })
    list.add([text('a'), text('b'), text('c')])
    await snapshotOf(list, () => gates.length === 2)
    expect(list.getSnapshot().items.map(({ state }) => state)).toEqual([
      'preparing',
      'preparing',
      'queued',
    ])
    gates[0]?.()
    await snapshotOf(list, () => gates.length === 3)
    for (const open of gates) open()
    expect((await settled(list)).total.done).toBe(3)
  })

  const FAILED = 'the file could not be prepared'
  const returned = (type: string) =>
    `${FAILED}: prepare returned ${type}, expected a Blob or a File`
  const REFUSAL = new UploadError('FILE_REFUSED', 'not a photo of yours')

  it.each<[string, () => unknown, object]>([
    [
      'an error',
      () => Promise.reject(CODEC),
      { message: `${FAILED}: no such codec`, cause: CODEC },
    ],
    ['a string', () => Promise.reject('no codec'), { message: FAILED, cause: 'no codec' }],
    ['nothing', () => undefined, { message: returned('undefined') }],
    ['a path', () => '/a.jpg', { message: returned('string') }],
    ['its own refusal', () => Promise.reject(REFUSAL), REFUSAL],
  ])('fails only the file for which it rejects with or returns %s', async (_, end, error) => {
    const system = await startSystem()
    const prepare = (file: File) => (file.name === 'bad' ? end() : file)
    const list = listOf(system, prepare as Prepare)
    list.add([text('bad'), text('good')])
    const { items } = await settled(list)
    expect(items[0]?.error).toMatchObject({ code: 'PREPARE_FAILED', ...error })
    expect(items[1]?.state).toBe('done')
  })

  it.each(['abort', 'pause', 'remove'] as const)(
    'is notified of %s, and not waited for',
    async (act) => {
      const system = await startSystem()
      const signals: AbortSignal[] = []
      const list = listOf(system, (_, signal) => {
        signals.push(signal)
        return new Promise<never>(() => {})
      })
      const [id = ''] = list.add([text('a'), text('b'), text('c')])
      await snapshotOf(list, () => signals.length === 2)
      list[act](id)
      expect(signals[0]?.aborted).toBe(true)
      // Its place is free.
      await snapshotOf(list, () => signals.length === 3)
    },
  )

  it('runs again after a pause', async () => {
    const system = await startSystem()
    let runs = 0
    const list = listOf(system, async (file, signal) => {
      runs += 1
      if (runs === 1) await new Promise((_, reject) => signal.addEventListener('abort', reject))
      return upper(file, signal)
    })
    const [id = ''] = list.add([text('a', 'hello')])
    await snapshotOf(list, ({ items }) => items[0]?.state === 'preparing')
    list.pause(id)
    expect(itemOf(list, id).state).toBe('paused')
    list.resume(id)
    await settled(list)
    expect(runs).toBe(2)
    await expectStored(system, 'files/a', 'HELLO')
  })

  it('runs before the rule is checked, which applies to the prepared file', async () => {
    const rule = uploadRule({ types: ['image/jpeg'], maxSize: 4, public: true })
    const system = await startSystem({ signer: { rules: { photos: rule } } })
    const list = listOf(system, async (file) => {
      return file.name === 'large.heic' ? new Blob(['jpeg'], { type: 'image/jpeg' }) : file
    })
    await list.hints()
    list.add([
      new File(['a large one'], 'large.heic', { type: 'image/heic' }),
      new File(['a large one'], 'same.heic', { type: 'image/heic' }),
    ])
    const { items } = await settled(list)
    expect(items[0]?.state).toBe('done')
    expect(items[1]?.error).toMatchObject({ code: 'FILE_TYPE_NOT_ALLOWED' })
  })
})

describe('prepareFile', () => {
  it('rejects with the reason of a signal that fires, and frees its slot', async () => {
    const places = new Semaphore(1)
    const stop = new AbortController()
    const prepared = prepareFile(places, {
      prepare: () => {
        queueMicrotask(() => stop.abort(new Error('not wanted')))
        return new Promise<never>(() => {})
      },
      ...{ file: text('a'), signal: stop.signal, begins: () => {} },
    })
    await expect(prepared).rejects.toThrow(/^not wanted$/)
    expect(await places.run(new AbortController().signal, async () => 'free')).toBe('free')
  })
})
