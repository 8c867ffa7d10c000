import { join } from 'node:path'
import { eventually } from '@waybill/test-support/eventually'
import { ENDPOINT, silentSigner } from '@waybill/test-support/silent-signer'
import { describe, expect, inject, it } from 'vitest'
import { createUploader, createUploadList, toStore } from 'waybill/client'
import type {} from './global-setup.ts'

const PHOTO = new File(['a photo'], 'a.png', { type: 'image/png' })

function createStore() {
  const { fetch } = silentSigner()
  const list = createUploadList(createUploader({ endpoint: ENDPOINT, fetch }), { rule: 'photos' })
  return { list, store: toStore(list) }
}

describe('toStore', () => {
  it('emits the snapshot at once, and each later one until it is unsubscribed', async () => {
    const { list, store } = createStore()
    const names: string[] = []
    const stop = store.subscribe(({ items }) => names.push(items.map(({ name }) => name).join()))
    expect(names).toEqual([''])
    list.add([PHOTO])
    await eventually(() => names.at(-1)).toBe('a.png')
    stop()
    const { length } = names
    list.add([PHOTO])
    const other = Promise.withResolvers<void>()
    const stopOther = list.subscribe(() => other.resolve())
    await other.promise
    stopOther()
    expect(names).toHaveLength(length)
    list.destroy()
  })

  it.skipIf(inject('frameworks') === '')('works as a Svelte store', async () => {
    const { derived, get } = await import(
      join(inject('frameworks'), 'svelte/src/store/index-server.js')
    )
    const { list, store } = createStore()
    expect(get(store)).toBe(list.getSnapshot())
    const counts: number[] = []
    const count = derived(store, ({ items }: ReturnType<typeof list.getSnapshot>) => items.length)
    const stop = count.subscribe((now: number) => counts.push(now))
    list.add([PHOTO, PHOTO])
    await eventually(() => counts).toEqual([0, 2])
    stop()
    list.destroy()
  })
})
