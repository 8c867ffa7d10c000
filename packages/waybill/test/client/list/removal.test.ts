import { eventually, settle, unhandledRejections } from '@waybill/test-support/eventually'
import { settled, snapshotOf, text } from '@waybill/test-support/list-watch'
import { storedKeys } from '@waybill/test-support/stored'
import { startSystem } from '@waybill/test-support/system'
import { describe, expect, it, vi } from 'vitest'
import { UploadError, uploadRule } from 'waybill'
import { createUploadList } from 'waybill/client'
import type { ObservedRequest } from '../../../../strict-s3/src/faults/fault.ts'
import { LiveList } from '../../../src/client/list/create-upload-list.ts'
import { COMPLETED } from '../upload/scripted-upload.ts'
import { HINTS, scriptedList, scriptedUploader } from './scripted-list.ts'

function startRules(remove: boolean, signerPlan?: Parameters<typeof startSystem>[0]) {
  const notes = uploadRule({
    types: ['text/plain'],
    maxSize: 100,
    authorize: () => ({ owner: 'me' }),
    key: ({ name }) => `files/${name}`,
    remove,
  })
  return startSystem({ ...signerPlan, signer: { rules: { notes } } })
}

describe('remove', () => {
  it('deletes the stored object from the bucket if the rule allows it', async () => {
    const system = await startRules(true)
    const list = createUploadList(system.uploader('me'))
    const [first = ''] = list.add([text('a'), text('b')])
    await settled(list)
    await list.remove(first)
    expect(list.getSnapshot().items.map(({ name }) => name)).toEqual(['b'])
    expect(await storedKeys(system)).toEqual(['files/b'])
  })

  it('keeps the item if the signer does not delete the object, and reports why', async () => {
    const system = await startRules(true, {
      signerPlan: ({ path }: ObservedRequest) =>
        path.endsWith('/remove') ? { kind: 'page', status: 404 } : undefined,
    })
    const list = createUploadList(system.uploader('me'))
    const [id = ''] = list.add([text('a')])
    await settled(list)
    await expect(list.remove(id)).rejects.toMatchObject({ code: 'RESPONSE_INVALID' })
    expect(list.getSnapshot().items).toMatchObject([{ id, state: 'done' }])
  })

  it('deletes the object later if the upload could no longer be aborted', async () => {
    const system = await startRules(true, {
      signerPlan: ({ path, attempt }: ObservedRequest) =>
        path.endsWith('/complete') && attempt === 0
          ? { kind: 'slow-request', lastsMs: 300 }
          : undefined,
    })
    const list = createUploadList(system.uploader('me'))
    const [id = ''] = list.add([text('a')])
    await snapshotOf(list, ({ items }) => items[0]?.state === 'completing')
    await list.remove(id)
    expect(list.getSnapshot().items).toEqual([])
    await eventually(() => storedKeys(system)).toEqual([])
  })

  /** A list of one item that is stored, or at an earlier state. */
  async function listOfOne(state: 'stored' | 'completing', rule: object, receipt?: string) {
    const remove = vi.fn(async () => {})
    const hints = { ...HINTS, ...rule }
    const rules = vi.fn(async () => ({ notes: hints }))
    const { list, begun, pass } = await scriptedList({ hints }, { remove, rules })
    const [id = ''] = list.add([text('a')])
    await settle()
    const answer = { ...COMPLETED, ...(receipt === undefined ? {} : { receipt }) }
    begun().run().control.enter('completing')
    const complete = () => begun().run().complete(answer)
    if (state === 'stored') complete()
    await settle()
    return { list, id, remove, rules, complete, pass, ...begun() }
  }

  it.each([
    ['the rule allows it', { remove: true }, 'r', [['r']]],
    ['the rule does not', { remove: false }, 'r', []],
    ['there is no receipt', { remove: true }, undefined, []],
  ] as const)('calls the signer only if it may: %s', async (_, rule, receipt, calls) => {
    const { list, id, remove } = await listOfOne('stored', rule, receipt)
    await list.remove(id)
    expect(remove.mock.calls).toEqual(calls)
    expect(list.getSnapshot().items).toEqual([])
  })

  it('trusts known hints about the rule, however old they are', async () => {
    const { list, id, remove, rules, pass } = await listOfOne('stored', { remove: true }, 'r')
    await pass(400_000)
    await list.remove(id)
    expect(remove).toHaveBeenCalledOnce()
    expect(rules).not.toHaveBeenCalled()
  })

  it.each([
    ['removes what it may', { notes: { ...HINTS, remove: true } }, 1],
    ['removes nothing where nothing is said', undefined, 0],
  ] as const)('asks again for an unknown rule: %s', async (_, said, times) => {
    const remove = vi.fn(async () => {})
    const away = new UploadError('NETWORK_FAILED', 'the line broke')
    const rules = vi.fn<() => Promise<Record<string, typeof HINTS>>>().mockRejectedValue(away)
    const { uploader, begun } = scriptedUploader({ remove, rules })
    const list = new LiveList(uploader, {})
    await list.hints().catch(() => {})
    const [id = ''] = list.add([text('a')])
    await settle()
    begun()
      .run()
      .complete({ ...COMPLETED, receipt: 'r' })
    await settle()
    if (said) rules.mockResolvedValue(said)
    await list.remove(id)
    expect(remove).toHaveBeenCalledTimes(times)
    expect(list.getSnapshot().items).toEqual([])
  })

  it('keeps the stored object if told to', async () => {
    const { list, id, remove } = await listOfOne('stored', { remove: true }, 'r')
    await list.remove(id, { stored: 'keep' })
    expect(remove).not.toHaveBeenCalled()
    expect(list.getSnapshot().items).toEqual([])
  })

  it('keeps the item until the signer has deleted the object, and notifies listeners then', async () => {
    const { list, id, remove } = await listOfOne('stored', { remove: true }, 'r')
    const { promise, resolve } = Promise.withResolvers<void>()
    remove.mockReturnValue(promise)
    const removing = list.remove(id)
    await settle()
    expect(list.getSnapshot().items).toHaveLength(1)
    const told = vi.fn()
    list.subscribe(told)
    await settle()
    told.mockClear()
    resolve()
    await removing
    expect(list.getSnapshot().items).toEqual([])
    await settle()
    expect(told).toHaveBeenCalledOnce()
  })

  it('keeps an object that completes after all if told to', async () => {
    const rule = { remove: true }
    const { list, id, remove, complete, upload } = await listOfOne('completing', rule, 'r')
    await list.remove(id, { stored: 'keep' })
    complete()
    await upload.done
    await settle()
    expect(remove).not.toHaveBeenCalled()
  })

  it('finishes if a completing upload fails after all', async () => {
    const { list, id, remove, run, upload } = await listOfOne('completing', { remove: true })
    const unhandled = unhandledRejections()
    await list.remove(id)
    run().fail(new UploadError('NETWORK_FAILED', 'the line broke'))
    await expect(upload.done).rejects.toThrow()
    await settle()
    expect(unhandled).toEqual([])
    expect(remove).not.toHaveBeenCalled()
  })

  it('ignores an id that is not in the list', async () => {
    const { list, remove } = await listOfOne('stored', { remove: true }, 'r')
    const before = list.getSnapshot()
    await list.remove('9')
    expect(list.getSnapshot()).toBe(before)
    expect(remove).not.toHaveBeenCalled()
  })
})
