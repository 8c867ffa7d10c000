/**
 * Removing what a list has stored.
 *
 * @module
 */

import { describe, expect, it } from 'vitest'
import { uploadRule } from 'waybill'
import { createUploadList } from 'waybill/client'
import type { ObservedRequest } from '../../../src/cli/fault-proxy/fault.ts'
import { startSystem } from '../../support/system.ts'
import { storedKeys } from '../stored.ts'
import { settled, snapshotOf, text } from './list-watch.ts'

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
  it('removes what is stored from the bucket, where the rule allows it', async () => {
    const system = await startRules(true)
    const list = createUploadList(system.uploader('me'))
    const [first = ''] = list.add([text('a'), text('b')])
    await settled(list)
    await list.remove(first)
    expect(list.getSnapshot().items.map(({ name }) => name)).toEqual(['b'])
    expect(await storedKeys(system)).toEqual(['files/b'])
  })

  it('leaves what is stored where the rule does not', async () => {
    const system = await startRules(false)
    const list = createUploadList(system.uploader('me'))
    const [id = ''] = list.add([text('a')])
    await settled(list)
    await list.remove(id)
    expect(list.getSnapshot().items).toEqual([])
    expect(await storedKeys(system)).toEqual(['files/a'])
  })

  it('keeps the item where the signer does not remove it, and says why', async () => {
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

  it('removes in the end what could not be aborted any more', async () => {
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
    await system.signerProxy.until(() =>
      system.signerProxy.exchanges.some(
        ({ request, ended }) => request.path.endsWith('/remove') && ended,
      ),
    )
    expect(await storedKeys(system)).toEqual([])
  })
})
