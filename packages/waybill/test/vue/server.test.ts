import { ENDPOINT, silentSigner } from '@waybill/test-support/silent-signer'
import { describe, expect, it } from 'vitest'
import { createSSRApp, h } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { uploadComposables } from 'waybill/vue'
import { UploadDropzone } from 'waybill/vue/dropzone'

describe('composables on a server', () => {
  it("render a page's initial state, and make no calls", async () => {
    const { fetch, asked } = silentSigner()
    const { useUploads, useInterrupted } = uploadComposables({ endpoint: ENDPOINT, fetch })
    const app = createSSRApp({
      setup() {
        const { items, inputProps } = useUploads('photos', { maxFiles: 1 })
        const { interrupted } = useInterrupted()
        const count = () => `${items.value.length} and ${interrupted.value.length}`
        return () => h('label', [h('input', inputProps.value), count()])
      },
    })
    expect(await renderToString(app)).toBe('<label><input type="file">0 and 0</label>')
    expect(asked).toEqual([])
  })
})

describe('UploadDropzone on a server', () => {
  it('renders attributes and slots', async () => {
    const props = { endpoint: ENDPOINT, rule: 'photos', multiple: true, onStored: () => {} }
    const attributes = { id: 'photos', class: 'wide' }
    const slots = { prompt: () => h('b', 'Drop it') }
    const app = createSSRApp({
      setup: () => () => h(UploadDropzone, { ...props, ...attributes }, slots),
    })
    expect(await renderToString(app)).toBe(
      '<waybill-upload id="photos" class="wide"><b slot="prompt">Drop it</b></waybill-upload>',
    )
  })
})
