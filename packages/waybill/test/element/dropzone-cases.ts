/**
 * What `UploadDropzone` does in both React and Vue.
 *
 * @module
 */

import { eventually } from '@waybill/test-support/eventually'
import { expect, it } from 'vitest'
import type { WaybillUploadElement } from 'waybill/element'
import type { UploadDropzoneProps } from 'waybill/react/dropzone'
import { choose, gatedUploader, randomFile, SIGNER, store, submit, untilStates } from './page.ts'

type Props = Partial<Pick<UploadDropzoneProps, SharedName>>
type SharedName =
  | ('name' | 'uploader' | 'multiple' | 'autostart' | 'required' | 'disabled' | 'maxFiles')
  | ('metadata' | 'leave' | 'onAdd' | 'onStart' | 'onStored' | 'onChange' | 'onDone')

export interface Mounted {
  /** Already rendered. */
  readonly element: WaybillUploadElement
  /** Renders the component again with these props, and no others. */
  show(props: Props): void
  unmount(): void
}

/** @param mount - Renders the component in a form, with the signer as its endpoint. */
export function itIsADropzone(mount: (props: Props) => Promise<Mounted>): void {
  it('uploads chosen files, and passes its items to callbacks', async () => {
    const told: unknown[] = []
    const { element } = await mount({
      onAdd: (files) => told.push(`add ${files.length}`),
      onStart: ({ name }) => told.push(`start ${name}`),
      onStored: ({ name, completed }) => told.push(`stored ${name} ${completed?.size}`),
      onChange: ({ length }) => told.push(`${length} receipt`),
      onDone: ({ receipts, failed }) => told.push(`done ${receipts.length} ${failed}`),
    })
    await store(element, 'a.bin')
    expect(told).toEqual(['add 1', 'start a.bin', 'stored a.bin 1000', '1 receipt', 'done 1 0'])
  })

  it('submits receipts with its form', async () => {
    const { element } = await mount({ name: 'files', multiple: true })
    await store(element, 'a.bin', 'b.bin')
    expect((await submit(element)).fields).toEqual(['files', 'files'])
  })

  it('sets properties, and restores their defaults when a prop is left out', async () => {
    const props = { multiple: true, autostart: false, required: true, maxFiles: 3 }
    const { element, show } = await mount({ ...props, metadata: { album: 'alps' } })
    expect(element).toMatchObject({ ...props, endpoint: SIGNER, metadata: { album: 'alps' } })
    show({ multiple: false })
    await eventually(() => element.multiple).toBe(false)
    expect(element).toMatchObject({ autostart: true, required: false, endpoint: SIGNER })
    expect([element.maxFiles, element.metadata]).toEqual([undefined, undefined])
  })

  it('is disabled while its prop says so', async () => {
    const { element, show } = await mount({ disabled: true })
    const isDisabled = () => element.shadowRoot?.querySelector('button')?.ariaDisabled === 'true'
    await eventually(isDisabled).toBe(true)
    show({ disabled: false })
    await eventually(isDisabled).toBe(false)
  })

  it('aborts uploads in flight when it is unmounted', async () => {
    const { element, unmount } = await mount({ uploader: gatedUploader().uploader })
    choose(element, randomFile('a.bin'))
    await untilStates(element, 'uploading')
    const [item] = element.items
    unmount()
    await eventually(() => item?.upload?.state).toBe('aborted')
    expect(element.items).toEqual([])
  })

  it('continues uploads after it is unmounted, with callbacks, if leave is "continue"', async () => {
    const { uploader, open } = gatedUploader()
    const stored: string[] = []
    const onStored: Props['onStored'] = ({ name }) => stored.push(name)
    const { element, unmount } = await mount({ uploader, leave: 'continue', onStored })
    choose(element, randomFile('a.bin'))
    await untilStates(element, 'uploading')
    unmount()
    await eventually(() => element.isConnected).toBe(false)
    open()
    await eventually(() => stored).toEqual(['a.bin'])
  })
}
