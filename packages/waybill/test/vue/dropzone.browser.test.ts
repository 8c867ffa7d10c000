import { eventually } from '@waybill/test-support/eventually'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createApp, createSSRApp, h, type Slots, shallowReactive, shallowRef } from 'vue'
import type { WaybillUploadElement } from 'waybill/element'
import { UploadDropzone, type UploadDropzoneProps } from 'waybill/vue/dropzone'
import {
  choose,
  gatedUploader,
  pickerOf,
  randomFile,
  SIGNER,
  submit,
  untilStates,
} from '../element/page.ts'

type Content = Record<string, () => unknown>

/** @returns The element, once it has been drawn, and its component's page. */
async function mount(
  given: Partial<UploadDropzoneProps>,
  content: Content = {},
  { create = createApp, html = '' } = {},
) {
  const all = { endpoint: SIGNER, rule: 'any', ...given } as UploadDropzoneProps
  const props = shallowReactive({ ...all })
  const component = shallowRef<{ readonly element?: WaybillUploadElement }>()
  const place = document.body.appendChild(document.createElement('form'))
  place.innerHTML = html
  const app = create({
    setup: () => () => h(UploadDropzone, { ...props, ref: component }, content as Slots),
  })
  app.mount(place)
  onTestFinished(() => {
    app.unmount()
    place.remove()
  })
  const element = place.querySelector('waybill-upload')
  if (!element) throw new Error('the component has rendered no element')
  await eventually(() => pickerOf(element)).toBeDefined()
  return { app, element, props, component }
}

describe('UploadDropzone', () => {
  it('uploads what is chosen, and calls back with its items', async () => {
    const told: unknown[] = []
    const { element } = await mount({
      onAdd: (files) => told.push(`add ${files.length}`),
      onStart: ({ name }) => told.push(`start ${name}`),
      onStored: ({ name, completed }) => told.push(`stored ${name} ${completed?.size}`),
      onChange: ({ length }) => told.push(`${length} receipt`),
      onDone: ({ receipts, failed }) => told.push(`done ${receipts.length} ${failed}`),
    })
    choose(element, randomFile('a.bin', 1000))
    await untilStates(element, 'done')
    expect(told).toEqual(['add 1', 'start a.bin', 'stored a.bin 1000', '1 receipt', 'done 1 0'])
  })

  it('submits receipts with its form', async () => {
    const { element } = await mount({ name: 'files', multiple: true })
    choose(element, randomFile('a.bin'), randomFile('b.bin'))
    await untilStates(element, 'done', 'done')
    expect((await submit(element)).fields).toEqual(['files', 'files'])
  })

  it('sets properties, and their defaults where a prop is left out', async () => {
    const given = { multiple: true, autostart: false, required: true, maxFiles: 3 }
    const { element, props } = await mount({ ...given, metadata: { album: 'alps' } })
    expect(element).toMatchObject({ ...given, endpoint: SIGNER, metadata: { album: 'alps' } })
    const left = { autostart: undefined, required: undefined, maxFiles: undefined }
    Object.assign(props, left, { multiple: false, metadata: undefined })
    await eventually(() => element.multiple).toBe(false)
    expect(element).toMatchObject({ autostart: true, required: false, endpoint: SIGNER })
    expect([element.maxFiles, element.metadata]).toEqual([undefined, undefined])
  })

  it('is disabled while its prop says so', async () => {
    const { element, props } = await mount({ disabled: true })
    const isDisabled = () => element.shadowRoot?.querySelector('button')?.ariaDisabled === 'true'
    await eventually(isDisabled).toBe(true)
    props.disabled = false
    await eventually(isDisabled).toBe(false)
  })

  it('takes boolean attributes as templates write them', async () => {
    // A template's `multiple` is an empty string until the component's declaration is applied.
    const inTemplate: object = { multiple: '' }
    const { element } = await mount({ ...inTemplate })
    expect([element.multiple, element.autostart]).toEqual([true, true])
  })

  it('has its element in a template ref', async () => {
    const { element, component } = await mount({})
    expect(component.value?.element).toBe(element)
  })

  it('puts slots into those of the element, whose events are not its own', async () => {
    const changes: unknown[] = []
    const { element } = await mount(
      { class: 'wide', onChange: (now) => changes.push(now) },
      { prompt: () => 'Drop it', footer: () => h('input') },
    )
    expect(element.className).toBe('wide')
    expect(element.innerHTML).toBe('<span slot="prompt">Drop it</span><input slot="footer">')
    element.querySelector('input')?.dispatchEvent(new Event('change', { bubbles: true }))
    choose(element, randomFile('a.bin'))
    await untilStates(element, 'done')
    expect(changes).toEqual([element.receipts])
  })

  it('hydrates what a server has rendered', async () => {
    const warnings = vi.spyOn(console, 'warn')
    const errors = vi.spyOn(console, 'error')
    onTestFinished(() => {
      warnings.mockRestore()
      errors.mockRestore()
    })
    const html = '<waybill-upload class="wide"><b slot="prompt">Drop it</b></waybill-upload>'
    const { element } = await mount(
      { class: 'wide', multiple: true },
      { prompt: () => h('b', 'Drop it') },
      { create: createSSRApp, html },
    )
    expect(element.multiple).toBe(true)
    expect([warnings.mock.calls, errors.mock.calls]).toEqual([[], []])
  })
})

describe('leave of UploadDropzone', () => {
  it('aborts what is under way when the component goes', async () => {
    const { uploader } = gatedUploader()
    const { app, element } = await mount({ uploader })
    choose(element, randomFile('a.bin'))
    await untilStates(element, 'uploading')
    const [item] = element.items
    app.unmount()
    await eventually(() => item?.upload?.state).toBe('aborted')
    expect(element.items).toEqual([])
  })

  it('goes on and calls back with continue', async () => {
    const gate = gatedUploader()
    const stored: string[] = []
    const { app, element } = await mount({
      uploader: gate.uploader,
      leave: 'continue',
      onStored: ({ name }) => stored.push(name),
    })
    choose(element, randomFile('a.bin'))
    await untilStates(element, 'uploading')
    app.unmount()
    expect(element.isConnected).toBe(false)
    gate.open()
    await eventually(() => stored).toEqual(['a.bin'])
  })
})
