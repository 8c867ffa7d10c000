import { eventually } from '@waybill/test-support/eventually'
import { pasteEvent } from '@waybill/test-support/paste-event'
import { ENDPOINT, silentSigner } from '@waybill/test-support/silent-signer'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createApp, defineComponent, effectScope, h, nextTick, ref } from 'vue'
import type { UseUploadsOptions } from 'waybill/vue'
import { type Uploads, uploadComposables } from 'waybill/vue'

const PHOTO = new File(['a photo'], 'a.png', { type: 'image/png' })

/** Mounts a component that shows its uploads. */
function mountPage(options: UseUploadsOptions | (() => UseUploadsOptions) = {}) {
  const signer = silentSigner()
  const { useUploads } = uploadComposables({
    endpoint: ENDPOINT,
    fetch: signer.fetch,
    resumeStore: false,
  })
  let uploads: Uploads | undefined
  const Photos = defineComponent({
    setup() {
      const own = useUploads('photos', options)
      uploads = own
      const { items, inputProps, dropProps } = own
      const names = () => items.value.map(({ name, state }) => `${name} ${state}`).join()
      return () =>
        h('label', { ...dropProps.value }, [h('input', inputProps.value), h('p', names())])
    },
  })
  const place = document.body.appendChild(document.createElement('div'))
  const app = createApp(Photos)
  app.mount(place)
  onTestFinished(() => {
    app.unmount()
    place.remove()
  })
  const input = place.querySelector('input')
  const label = place.querySelector('label')
  if (!uploads || !input || !label) throw new Error('the component was not mounted')
  return { app, place, input, label, uploads, signer }
}

function transferOf(file: File): DataTransfer {
  const transfer = new DataTransfer()
  transfer.items.add(file)
  return transfer
}

describe('useUploads', () => {
  it('asks for the rule once, and limits the input to it', async () => {
    const { input, signer, uploads } = mountPage()
    await eventually(() => input.accept).toBe('image/*')
    expect(input.multiple).toBe(true)
    expect(uploads.hints.value?.maxSize).toBe(5_000_000)
    expect(signer.asked).toEqual(['GET /rules'])
  })

  it('uploads what is chosen, dropped and pasted', async () => {
    const { input, label, place } = mountPage()
    input.files = transferOf(PHOTO).files
    input.dispatchEvent(new Event('change', { bubbles: true }))
    await eventually(() => place.textContent).toBe('a.png queued')
    const cancelable = { bubbles: true, cancelable: true }
    const dataTransfer = transferOf(PHOTO)
    label.dispatchEvent(new DragEvent('dragenter', { ...cancelable, dataTransfer }))
    await eventually(() => label.hasAttribute('data-dragging')).toBe(true)
    label.dispatchEvent(new DragEvent('drop', { ...cancelable, dataTransfer }))
    await eventually(() => place.textContent).toBe('a.png queued,a.png queued')
    expect(label.hasAttribute('data-dragging')).toBe(false)
    label.dispatchEvent(pasteEvent(transferOf(PHOTO)))
    await eventually(() => place.textContent).toBe('a.png queued,a.png queued,a.png queued')
  })

  it('sends with the options of now, where they are a getter', async () => {
    const album = ref('old')
    const { uploads, signer, input } = mountPage(() => ({
      metadata: { album: album.value },
      maxFiles: album.value === 'old' ? 2 : 1,
    }))
    album.value = 'new'
    await nextTick()
    expect(input.multiple).toBe(false)
    uploads.add([PHOTO])
    await eventually(() => signer.wanted[0]?.files[0]?.metadata).toEqual({ album: 'new' })
    expect(signer.wanted[0]?.rule).toBe('photos')
  })

  it('sends metadata and folders of each file, and clears nothing that is under way', async () => {
    const { uploads, signer } = mountPage({ metadata: ({ name }) => ({ name }) })
    const path = () => 'album/a.png'
    uploads.add([PHOTO], { metadata: { album: 'alps' }, path })
    await eventually(() => signer.wanted[0]?.files[0]).toMatchObject({
      metadata: { name: 'a.png', album: 'alps' },
      path: 'album/a.png',
    })
    uploads.clear()
    expect(uploads.items.value).toHaveLength(1)
  })

  it.each([
    ['aborts', {}, 'aborted'],
    ['aborts', { leave: 'abort' }, 'aborted'],
    ['goes on with', { leave: 'continue' }, 'queued'],
  ] as const)('%s what is under way when it is unmounted (%o)', async (_what, options, state) => {
    const { app, uploads } = mountPage(options)
    uploads.add([PHOTO])
    await eventually(() => uploads.items.value[0]?.upload?.state).toBe('queued')
    const upload = uploads.items.value[0]?.upload
    app.unmount()
    await Promise.resolve()
    expect(upload?.state).toBe(state)
    upload?.abort()
  })

  it('works in a scope without a component', async () => {
    const { fetch } = silentSigner()
    const { useUploads } = uploadComposables({ endpoint: ENDPOINT, fetch, resumeStore: false })
    const scope = effectScope()
    const uploads = scope.run(() => useUploads('photos'))
    uploads?.add([PHOTO])
    await eventually(() => uploads?.items.value[0]?.upload?.state).toBe('queued')
    const upload = uploads?.items.value[0]?.upload
    scope.stop()
    await Promise.resolve()
    expect(upload?.state).toBe('aborted')
  })
})
