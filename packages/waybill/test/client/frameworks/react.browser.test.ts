import { eventually } from '@waybill/test-support/eventually'
import { createStore, set } from 'idb-keyval'
import {
  createElement,
  type ReactElement,
  StrictMode,
  useCallback,
  useEffect,
  useState,
  useSyncExternalStore,
} from 'react'
import { createRoot } from 'react-dom/client'
import { describe, it, onTestFinished } from 'vitest'
import {
  createUploader,
  type InterruptedUpload,
  type ResumeRecord,
  type Upload,
  type Uploader,
} from 'waybill/client'

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

/** What an earlier page has left in IndexedDB. */
async function leaveRecord(endpoint: string): Promise<void> {
  const record: ResumeRecord = {
    version: 1,
    id: crypto.randomUUID(),
    endpoint,
    name: 'film.mp4',
    size: 20 * 1024 ** 2,
    type: 'video/mp4',
    waybill: 'w',
    uploadId: 'u',
    key: 'k',
    partSize: 5 * 1024 ** 2,
    crcs: ['AAAAAAAAAAA=', '', '', ''],
    updatedAt: new Date(),
  }
  await set(record.id, record, createStore('waybill', 'resume-records'))
}

describe('interrupted', () => {
  it('offers what was interrupted to a component of StrictMode, which asks twice at once', async () => {
    const endpoint = `https://${crypto.randomUUID()}.example/uploads`
    await leaveRecord(endpoint)
    const uploader = createUploader({ endpoint })
    const looks: Promise<unknown>[] = []
    function Offers({ from }: { readonly from: Uploader }): ReactElement {
      const [offers, setOffers] = useState<readonly InterruptedUpload[]>()
      useEffect(() => {
        looks.push(from.interrupted().then(setOffers))
      }, [from])
      return createElement('p', null, offers?.map(({ name }) => name).join() ?? 'looking')
    }
    const place = render(createElement(Offers, { from: uploader }))
    await eventually(() => looks.length).toBe(2)
    await Promise.all(looks)
    await eventually(() => place.textContent).toBe('film.mp4')
  })
})

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
