import { eventually } from '@waybill/test-support/eventually'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createApp, createSSRApp, h, type Slots, shallowReactive, shallowRef } from 'vue'
import type { WaybillUploadElement } from 'waybill/element'
import { UploadDropzone, type UploadDropzoneProps } from 'waybill/vue/dropzone'
import { itIsADropzone } from '../element/dropzone-cases.ts'
import { choose, pickerOf, randomFile, SIGNER, untilStates } from '../element/page.ts'

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
  itIsADropzone(async (given) => {
    const { app, element, props } = await mount(given)
    const left = Object.fromEntries(Object.keys(given).map((name) => [name, undefined]))
    return {
      element,
      show: (shown) => Object.assign(props, left, shown),
      unmount: () => app.unmount(),
    }
  })

  it('accepts boolean attributes as templates write them', async () => {
    // A template's `multiple` is an empty string until the component's declaration is applied.
    const inTemplate: object = { multiple: '' }
    const { element } = await mount({ ...inTemplate })
    expect([element.multiple, element.autostart]).toEqual([true, true])
  })

  it('exposes its element through a template ref', async () => {
    const { element, component } = await mount({})
    expect(component.value?.element).toBe(element)
  })

  it("puts slots into the element's, whose events are not confused with its own", async () => {
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

  it('hydrates server-rendered HTML', async () => {
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
