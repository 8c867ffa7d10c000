import { settle } from '@waybill/test-support/eventually'
import { itemOf, text } from '@waybill/test-support/list-watch'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import type { UploadListOptions } from 'waybill/client'
import { LiveList } from '../../../src/client/list/create-upload-list.ts'
import { loadFailureHandling } from '../../../src/client/send/load-failure-handling.ts'
import { HINTS, scriptedUploader } from './scripted-list.ts'

// Loading takes turns of its own, more of them on a busy machine than a test waits for.
beforeAll(() => loadFailureHandling())

describe('a list whose rule is still unknown', () => {
  const LARGE = text('large', 'x'.repeat(1001))

  /** The signer says what the rule allows when the test lets it. */
  function unknowing(options: UploadListOptions = {}) {
    const { promise, resolve } = Promise.withResolvers<{ readonly notes: typeof HINTS }>()
    const asked = Promise.withResolvers<void>()
    const rules = vi.fn(() => {
      asked.resolve()
      return promise
    })
    const { uploader, time, ...scripted } = scriptedUploader({ rules })
    const list = new LiveList(uploader, { effects: time, ...options })
    const say = () => resolve({ notes: HINTS })
    return { list, rules, asked: asked.promise, say, ...scripted }
  }

  it('waits a second and a half for it, but not again for the next files', async () => {
    const { list, uploads, pass, asked } = unknowing()
    list.add([text('a')])
    await asked
    list.add([text('b')])
    await pass(1499)
    expect(uploads).toHaveLength(0)
    await pass(1)
    expect(uploads).toHaveLength(2)
    list.add([text('c')])
    expect(uploads).toHaveLength(3)
  })

  it('waits again when it is requested anew after five minutes', async () => {
    const { list, uploads, pass, asked, say, rules } = unknowing()
    await pass(200_000)
    list.add([text('a')])
    await asked
    say()
    await settle()
    expect(uploads).toHaveLength(1)
    rules.mockReturnValue(new Promise(() => {}))
    await pass(300_000)
    list.add([text('b')])
    await settle()
    expect([uploads.length, rules.mock.calls.length]).toEqual([2, 1])
    await pass(1)
    list.add([text('c')])
    await settle()
    expect([uploads.length, rules.mock.calls.length]).toEqual([2, 2])
    await pass(1500)
    expect(uploads).toHaveLength(3)
  })

  it('does not begin an upload that is aborted while waiting', async () => {
    const { list, uploads, asked, say } = unknowing()
    const [id = ''] = list.add([text('a')])
    await asked
    list.abort(id)
    say()
    await settle()
    expect(uploads).toEqual([])
    expect(itemOf(list, id)).toMatchObject({ state: 'aborted' })
  })

  it('leaves an aborted upload alone instead of rejecting it', async () => {
    const { list, asked, say } = unknowing({ autostart: false })
    const [aborted = '', ready = ''] = list.add([LARGE, LARGE])
    await asked
    list.abort(aborted)
    say()
    await settle()
    expect([itemOf(list, aborted).state, itemOf(list, ready).state]).toEqual(['aborted', 'failed'])
  })

  it('rejects nothing that is still to be prepared', async () => {
    const prepare = () => text('small')
    const { list, asked, say, uploads } = unknowing({ autostart: false, prepare })
    const [id = ''] = list.add([LARGE])
    await asked
    say()
    await settle()
    expect(itemOf(list, id).state).toBe('ready')
    list.start()
    await settle()
    expect(uploads).toHaveLength(1)
  })

  it('accepts hints from the page, and reports them once', async () => {
    const { list, asked } = unknowing()
    const told = vi.fn()
    list.subscribe(told)
    await asked
    await settle()
    told.mockClear()
    list.update({ maxFiles: 9 })
    await settle()
    expect(told).not.toHaveBeenCalled()
    expect(list.getSnapshot().hints).toBeUndefined()
    list.update({ hints: HINTS })
    await settle()
    expect(told).toHaveBeenCalledOnce()
    expect(list.getSnapshot().hints).toBe(HINTS)
    list.update({ hints: { ...HINTS } })
    list.update({})
    await settle()
    expect(told).toHaveBeenCalledOnce()
    expect(list.getSnapshot().hints).toBe(HINTS)
  })
})
