import { settle } from '@waybill/test-support/eventually'
import { text } from '@waybill/test-support/list-watch'
import { describe, expect, it, vi } from 'vitest'
import { UploadError, type VerdictResponse } from 'waybill'
import { COMPLETED } from '../upload/scripted-upload.ts'
import { scriptedList } from './scripted-list.ts'

/** A list whose one file is stored, and whose signer has been asked for the verdict. */
async function storedFile(verdicts = true) {
  const asked = Promise.withResolvers<VerdictResponse>()
  const verdict = vi.fn((_receipt: string, _options: { readonly signal: AbortSignal }) => {
    return asked.promise
  })
  const ended: string[] = []
  const { list, item, begun } = await scriptedList(
    { verdicts, onDone: ({ id }) => ended.push(id) },
    { verdict },
  )
  const [id = ''] = list.add([text('a')])
  await settle()
  begun()
    .run()
    .complete({ ...COMPLETED, receipt: 'r' })
  await settle()
  return { list, item: () => item(id), id, verdict, ended, asked }
}

describe('a list with verdicts', () => {
  it("waits for each stored file's verdict, and adds it to the item", async () => {
    const { list, item, verdict, asked, ended } = await storedFile()
    expect(item()).toMatchObject({ state: 'done', verdict: { verdict: 'pending' } })
    expect(verdict).toHaveBeenCalledExactlyOnceWith('r', { signal: expect.any(AbortSignal) })
    asked.resolve({ verdict: 'verified' })
    await settle()
    expect(item()).toMatchObject({ state: 'done', verdict: { verdict: 'verified' } })
    expect(list.getSnapshot().receipts).toEqual(['r'])
    expect(ended).toHaveLength(1)
  })

  it("leaves out a rejected file's receipt", async () => {
    const { list, item, asked } = await storedFile()
    expect(list.getSnapshot().receipts).toEqual(['r'])
    asked.resolve({ verdict: 'rejected', reason: 'malware' })
    await settle()
    expect(item().verdict).toEqual({ verdict: 'rejected', reason: 'malware' })
    expect(list.getSnapshot().receipts).toEqual([])
  })

  it('treats a deleted file as rejected', async () => {
    const { item, asked } = await storedFile()
    asked.reject(new UploadError('OBJECT_NOT_FOUND', 'the object has gone'))
    await settle()
    expect(item().verdict).toEqual({ verdict: 'rejected' })
  })

  it.each([
    ['there is none after a minute', { verdict: 'pending' } as const],
    ['the signer does not answer', new UploadError('SIGNER_UNAVAILABLE', 'no answer')],
  ])('has no verdict if %s', async (_, outcome) => {
    const { list, item, asked } = await storedFile()
    if (outcome instanceof Error) asked.reject(outcome)
    else asked.resolve(outcome)
    await settle()
    expect(item()).not.toHaveProperty('verdict')
    expect(list.getSnapshot().receipts).toEqual(['r'])
  })

  it('stops asking when the file is removed', async () => {
    const { list, id, verdict } = await storedFile()
    const signal = verdict.mock.calls[0]?.[1].signal
    expect(signal?.aborted).toBe(false)
    await list.remove(id)
    expect(signal?.aborted).toBe(true)
  })
})

describe('a list without verdicts', () => {
  it('never asks for one', async () => {
    const { item, verdict } = await storedFile(false)
    expect(item()).not.toHaveProperty('verdict')
    expect(verdict).not.toHaveBeenCalled()
  })
})
