import { eventually } from '@waybill/test-support/eventually'
import {
  createElement,
  type ReactElement,
  StrictMode,
  useCallback,
  useSyncExternalStore,
} from 'react'
import { createRoot } from 'react-dom/client'
import { describe, it, onTestFinished } from 'vitest'
import { createUploader, type Upload } from 'waybill/client'

function render(element: ReactElement): HTMLElement {
  const place = document.body.appendChild(document.createElement('div'))
  const root = createRoot(place)
  root.render(createElement(StrictMode, null, element))
  onTestFinished(() => {
    root.unmount()
    place.remove()
  })
  return place
}

describe('an upload', () => {
  it('is a store for useSyncExternalStore', async () => {
    const signer = Promise.withResolvers<Response>()
    const fetch = () => signer.promise
    const uploader = createUploader({ endpoint: '/api/uploads', fetch, resumeStore: false })
    const upload = uploader.upload(new File(['a'], 'a.txt'))
    function Row({ of }: { readonly of: Upload }): ReactElement {
      const subscribe = useCallback(
        (onChange: () => void) => {
          const offs = [of.on('state', onChange), of.on('progress', onChange)]
          return () => {
            for (const off of offs) off()
          }
        },
        [of],
      )
      const state = useSyncExternalStore(subscribe, () => of.state)
      const { fraction } = useSyncExternalStore(subscribe, () => of.progress)
      return createElement('p', null, `${state} ${fraction}`)
    }
    const place = render(createElement(Row, { of: upload }))
    await eventually(() => place.textContent).toBe('queued 0')
    upload.pause()
    await eventually(() => place.textContent).toBe('paused 0')
    upload.abort()
    await eventually(() => place.textContent).toBe('aborted 0')
  })
})
