import { ENDPOINT, silentSigner } from '@waybill/test-support/silent-signer'
import { createElement as h, StrictMode } from 'react'
import { renderToString } from 'react-dom/server'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { uploadHooks } from 'waybill/react'
import { UploadDropzone } from 'waybill/react/dropzone'

const HINTS = {
  types: ['image/*'],
  accept: 'image/*',
  maxSize: 1000,
  minSize: 0,
  read: false,
  remove: false,
}

describe('hooks on a server', () => {
  it("render a page's initial state, and make no calls", async () => {
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

  it("render the rule's hints that the server knows", () => {
    const { useUploads } = uploadHooks({ endpoint: '/api/uploads' })
    const Page = () => h('input', useUploads('photos', { hints: HINTS, maxFiles: 1 }).inputProps)
    expect(renderToString(h(Page))).toBe('<input type="file" accept="image/*"/>')
  })
})

describe('UploadDropzone on a server', () => {
  it('renders attributes and children without warnings', () => {
    const errors = vi.spyOn(console, 'error')
    onTestFinished(() => errors.mockRestore())
    const props = { endpoint: ENDPOINT, rule: 'photos', multiple: true, onStored: () => {} }
    const attributes = { id: 'photos', className: 'wide', hidden: false }
    const prompt = h('b', { slot: 'prompt' }, 'Drop it')
    const html = renderToString(h(UploadDropzone, { ...props, ...attributes }, prompt))
    expect(html).toBe(
      '<waybill-upload id="photos" class="wide"><b slot="prompt">Drop it</b></waybill-upload>',
    )
    expect(errors).not.toHaveBeenCalled()
  })
})
