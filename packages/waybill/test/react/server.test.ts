import { ENDPOINT, silentSigner } from '@waybill/test-support/silent-signer'
import { createElement as h, StrictMode } from 'react'
import { renderToString } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { uploadHooks } from 'waybill/react'

const HINTS = {
  types: ['image/*'],
  accept: 'image/*',
  maxSize: 1000,
  minSize: 0,
  read: false,
  remove: false,
}

describe('hooks on a server', () => {
  it('render what a page begins with, and ask nobody', async () => {
    const { fetch, asked } = silentSigner()
    const { useUploads, useInterrupted } = uploadHooks({ endpoint: ENDPOINT, fetch })
    function Page() {
      const { items, inputProps, dropProps } = useUploads('photos')
      const { interrupted } = useInterrupted()
      return h(
        'label',
        dropProps,
        h('input', inputProps),
        `${items.length} and ${interrupted.length}`,
      )
    }
    const html = renderToString(h(StrictMode, null, h(Page)))
    expect(html).toBe('<label><input type="file" multiple=""/>0 and 0</label>')
    await new Promise(setImmediate)
    expect(asked).toEqual([])
  })

  it('render what the server itself knows of the rule', () => {
    const { useUploads } = uploadHooks({ endpoint: '/api/uploads' })
    const Page = () => h('input', useUploads('photos', { hints: HINTS, maxFiles: 1 }).inputProps)
    expect(renderToString(h(Page))).toBe('<input type="file" accept="image/*"/>')
  })
})
