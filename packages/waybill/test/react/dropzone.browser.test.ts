import { eventually } from '@waybill/test-support/eventually'
import * as React from 'react'
import { createElement as h, type ReactElement, type ReactNode, type RefAttributes } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { UploadRules } from 'waybill'
import type { WaybillUploadElement } from 'waybill/element'
import { UploadDropzone, type UploadDropzoneProps } from 'waybill/react/dropzone'
import {
  choose,
  gatedUploader,
  pickerOf,
  randomFile,
  SIGNER,
  submit,
  untilStates,
} from '../element/page.ts'
import { render } from './rendered.ts'

type Props = Partial<UploadDropzoneProps> & RefAttributes<WaybillUploadElement>

function dropzone(given: Props, ...children: readonly ReactNode[]): ReactElement {
  const props = { endpoint: SIGNER, rule: 'any', ...given } as UploadDropzoneProps
  return h(UploadDropzone<UploadRules>, props, ...children)
}

/** @returns The element, once it has been drawn. */
async function elementIn(place: HTMLElement): Promise<WaybillUploadElement> {
  const find = () => place.querySelector('waybill-upload') ?? undefined
  await eventually(() => {
    const element = find()
    return element && pickerOf(element)
  }).toBeDefined()
  const element = find()
  if (!element) throw new Error('the component has rendered no element')
  return element
}

describe('UploadDropzone', () => {
  it('uploads what is chosen, and calls back with its items', async () => {
    const told: unknown[] = []
    const { place } = render(
      dropzone({
        onAdd: (files) => told.push(`add ${files.length}`),
        onStart: ({ name }) => told.push(`start ${name}`),
        onStored: ({ name, completed }) => told.push(`stored ${name} ${completed?.size}`),
        onChange: ({ length }) => told.push(`${length} receipt`),
        onDone: ({ receipts, failed }) => told.push(`done ${receipts.length} ${failed}`),
      }),
    )
    const element = await elementIn(place)
    choose(element, randomFile('a.bin', 1000))
    await untilStates(element, 'done')
    expect(told).toEqual(['add 1', 'start a.bin', 'stored a.bin 1000', '1 receipt', 'done 1 0'])
  })

  it('submits receipts with its form', async () => {
    const { place } = render(h('form', null, dropzone({ name: 'files', multiple: true })))
    const element = await elementIn(place)
    choose(element, randomFile('a.bin'), randomFile('b.bin'))
    await untilStates(element, 'done', 'done')
    expect((await submit(element)).fields).toEqual(['files', 'files'])
  })

  it('sets properties, and their defaults where a prop is left out', async () => {
    const props = { multiple: true, autostart: false, required: true, maxFiles: 3 }
    const { place, show } = render(dropzone({ ...props, metadata: { album: 'alps' } }))
    const element = await elementIn(place)
    expect(element).toMatchObject({ ...props, endpoint: SIGNER, metadata: { album: 'alps' } })
    show(dropzone({ multiple: false, required: undefined }))
    await eventually(() => element.multiple).toBe(false)
    expect(element).toMatchObject({ autostart: true, required: false, endpoint: SIGNER })
    expect([element.maxFiles, element.metadata]).toEqual([undefined, undefined])
  })

  it('is disabled while its prop says so', async () => {
    const { place, show } = render(dropzone({ disabled: true }))
    const element = await elementIn(place)
    const isDisabled = () => element.shadowRoot?.querySelector('button')?.ariaDisabled === 'true'
    await eventually(isDisabled).toBe(true)
    show(dropzone({ disabled: false }))
    await eventually(isDisabled).toBe(false)
  })

  it('changes nothing for props that are made anew with the same content', async () => {
    const page = (id: string) =>
      dropzone({
        id,
        words: { hintFiles: { other: 'up to {n}' } },
        headers: () => ({ authorization: id }),
      })
    const { place, show } = render(page('first'))
    const element = await elementIn(place)
    const { words, headers } = element
    show(page('second'))
    await eventually(() => element.id).toBe('second')
    expect(element.words).toBe(words)
    expect(element.headers).toBe(headers)
    const call = typeof headers === 'function' ? headers : () => undefined
    expect(call({ body: '' })).toEqual({ authorization: 'second' })
  })

  it('lets onAdd leave out files', async () => {
    const { place } = render(
      dropzone({
        multiple: true,
        onAdd: (files, event) => {
          event.preventDefault()
          element.add(files.filter(({ name }) => name === 'b.bin'))
        },
      }),
    )
    const element = await elementIn(place)
    choose(element, randomFile('a.bin'), randomFile('b.bin'))
    await untilStates(element, 'done')
    expect(element.items.map(({ name }) => name)).toEqual(['b.bin'])
  })

  it('gives its element to a ref once it is ready for files', async () => {
    const ref = (element: WaybillUploadElement | null) => {
      if (element?.items.length === 0) element.add([randomFile('a.bin')])
    }
    const { place } = render(dropzone({ ref }))
    await untilStates(await elementIn(place), 'done')
  })

  it('renders attributes and content, whose events are not those of the element', async () => {
    const changes: unknown[] = []
    const { place } = render(
      dropzone(
        { className: 'wide', id: 'photos', hidden: false, onChange: (now) => changes.push(now) },
        h('input', { slot: 'footer', defaultValue: 'a caption' }),
      ),
    )
    const element = await elementIn(place)
    expect(element.className).toBe('wide')
    expect([element.id, element.hidden]).toEqual(['photos', false])
    element.querySelector('input')?.dispatchEvent(new Event('change', { bubbles: true }))
    choose(element, randomFile('a.bin'))
    await untilStates(element, 'done')
    expect(changes).toEqual([element.receipts])
  })

  it('hydrates what a server has rendered', async () => {
    const errors = vi.spyOn(console, 'error')
    onTestFinished(() => errors.mockRestore())
    const place = document.body.appendChild(document.createElement('div'))
    place.innerHTML =
      '<waybill-upload id="photos" class="wide"><b slot="prompt">Drop it</b></waybill-upload>'
    const [rendered] = place.children
    const root = hydrateRoot(
      place,
      dropzone(
        { id: 'photos', className: 'wide', multiple: true },
        h('b', { slot: 'prompt' }, 'Drop it'),
      ),
      { onRecoverableError: (error) => errors(error) },
    )
    onTestFinished(() => {
      root.unmount()
      place.remove()
    })
    const element = await elementIn(place)
    await eventually(() => element.multiple).toBe(true)
    expect(element).toBe(rendered)
    expect(errors).not.toHaveBeenCalled()
  })
})

describe('leave of UploadDropzone', () => {
  it('aborts what is under way when the component goes', async () => {
    const { uploader } = gatedUploader()
    const { place, unmount } = render(dropzone({ uploader }))
    const element = await elementIn(place)
    choose(element, randomFile('a.bin'))
    await untilStates(element, 'uploading')
    const [item] = element.items
    unmount()
    await eventually(() => item?.upload?.state).toBe('aborted')
    expect(element.items).toEqual([])
  })

  it('goes on and calls back with continue', async () => {
    const gate = gatedUploader()
    const stored: string[] = []
    const { place, unmount } = render(
      dropzone({
        uploader: gate.uploader,
        leave: 'continue',
        onStored: ({ name }) => stored.push(name),
      }),
    )
    const element = await elementIn(place)
    choose(element, randomFile('a.bin'))
    await untilStates(element, 'uploading')
    unmount()
    await eventually(() => element.isConnected).toBe(false)
    gate.open()
    await eventually(() => stored).toEqual(['a.bin'])
  })

  it.skipIf(!('Activity' in React))('goes on while <Activity> hides it', async () => {
    const gate = gatedUploader()
    const stored: string[] = []
    const page = (mode: 'visible' | 'hidden') =>
      h(React.Activity, {
        mode,
        children: dropzone({
          uploader: gate.uploader,
          onStored: ({ name }) => stored.push(name),
        }),
      })
    const { place, show } = render(page('visible'))
    const element = await elementIn(place)
    choose(element, randomFile('a.bin'))
    await untilStates(element, 'uploading')
    show(page('hidden'))
    await eventually(() => element.style.display).toBe('none')
    gate.open()
    await eventually(() => stored).toEqual(['a.bin'])
    show(page('visible'))
    await eventually(() => element.style.display).toBe('')
    await untilStates(element, 'done')
  })
})
