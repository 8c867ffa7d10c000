import { eventually } from '@waybill/test-support/eventually'
import { createElement as h, type ReactElement } from 'react'
import { describe, expect, inject, it } from 'vitest'
import { type Uploads, uploadHooks } from 'waybill/react'
import type {} from '../element/global-setup.ts'
import { render } from './rendered.ts'

const APPLICATION = inject('application')

describe('leave: continue', () => {
  it('calls onDone of a component that has gone', async () => {
    const gate = Promise.withResolvers<void>()
    const { useUploads } = uploadHooks({
      endpoint: `${APPLICATION}/api/uploads`,
      resumeStore: false,
      XMLHttpRequest: false,
      fetch: async (input, init) => {
        if (!String(input).startsWith(APPLICATION)) await gate.promise
        return globalThis.fetch(input, init)
      },
    })
    let uploads: Uploads | undefined
    const receipts: (string | undefined)[] = []
    function Notes(): ReactElement {
      const own = useUploads('any', {
        leave: 'continue',
        onDone: ({ completed }) => receipts.push(completed?.receipt),
      })
      uploads = own
      return h('p', null, own.items.map(({ state }) => state).join())
    }
    const { place, unmount } = render(h(Notes))
    await eventually(() => uploads).toBeDefined()
    uploads?.add([new File(['a note'], 'note.txt', { type: 'text/plain' })])
    await eventually(() => place.textContent).toBe('uploading')
    unmount()
    expect(place.textContent).toBe('')
    gate.resolve()
    await eventually(() => receipts.length).toBe(1)
    const body = new FormData()
    body.append('files', receipts[0] ?? '')
    const { files } = await (await fetch(`${APPLICATION}/submit`, { method: 'POST', body })).json()
    expect(files).toMatchObject([{ name: 'note.txt', size: 6 }])
  })
})
