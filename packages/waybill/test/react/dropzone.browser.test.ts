import { eventually } from '@waybill/test-support/eventually'
import * as React from 'react'
import { createElement as h, type ReactElement, type ReactNode, type RefAttributes } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { UploadRules } from 'waybill'
import type { WaybillUploadElement } from 'waybill/element'
import { UploadDropzone, type UploadDropzoneProps } from 'waybill/react/dropzone'
import { itIsADropzone } from '../element/dropzone-cases.ts'
import {
  choose,
  gatedUploader,
  pickerOf,
  randomFile,
  SIGNER,
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
  itIsADropzone(async (props) => {
    const page = (shown: Props) => h('form', null, dropzone(shown))
    const { place, show, unmount } = render(page(props))
    return { element: await elementIn(place), show: (shown) => show(page(shown)), unmount }
  })

  it('changes nothing if props are recreated with the same content', async () => {
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

  it('passes its element to a ref once it is ready for files', async () => {
    const ref = (element: WaybillUploadElement | null) => {
      if (element?.items.length === 0) element.add([randomFile('a.bin')])
    }
    const { place } = render(dropzone({ ref }))
    await untilStates(await elementIn(place), 'done')
  })

  it("renders attributes and content, whose events are not confused with the element's", async () => {
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

  it('hydrates server-rendered HTML', async () => {
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

  it.skipIf(!('Activity' in React))('continues while <Activity> hides it', async () => {
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
