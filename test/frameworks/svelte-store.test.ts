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
