import { eventually } from '@waybill/test-support/eventually'
import { ENDPOINT, silentSigner } from '@waybill/test-support/silent-signer'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createApp, effectScope, h, shallowRef } from 'vue'
import { type Uploads, type UseUploadsOptions, uploadComposables } from 'waybill/vue'
import { itHoldsUploads, PHOTO } from '../client/list/use-uploads-cases.ts'

/** Mounts a component that shows its uploads. */
function mountPage(given: UseUploadsOptions) {
  const signer = silentSigner()
  const options = shallowRef(given)
  const { useUploads } = uploadComposables({
    endpoint: ENDPOINT,
    fetch: signer.fetch,
    resumeStore: false,
  })
  let uploads: Uploads | undefined
  const app = createApp({
    setup() {
      const own = useUploads('photos', () => options.value)
      uploads = own
      const { items, inputProps, dropProps, isDragging } = own
      const names = () => items.value.map(({ name, state }) => `${name} ${state}`).join()
      return () =>
        h('label', dropProps.value, [
          ...[h('input', inputProps.value), h('textarea')],
          ...[h('b', isDragging.value ? 'over' : ''), h('p', names())],
        ])
    },
  })
  const place = document.body.appendChild(document.createElement('div'))
  app.mount(place)
  onTestFinished(() => {
    app.unmount()
    place.remove()
  })
  if (!uploads) throw new Error('the component was not mounted')
  return { app, place, options, uploads, signer }
}

describe('useUploads', () => {
  itHoldsUploads(async (given = {}) => {
    const { app, place, options, uploads, signer } = mountPage(given)
    const { items, total, hints, add, clear } = uploads
    return {
      ...{ place, signer, unmount: () => app.unmount() },
      uploads: () => {
        const known = hints.value ? { hints: hints.value } : {}
        return { items: items.value, total: total.value, ...known, add, clear }
      },
      show: (shown) => {
        options.value = shown
      },
    }
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
