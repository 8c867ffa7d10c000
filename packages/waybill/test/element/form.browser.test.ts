import { eventually } from '@waybill/test-support/eventually'
import { describe, expect, it } from 'vitest'
import {
  choose,
  formOf,
  gate,
  mount,
  pickerOf,
  randomFile,
  SIGNER,
  store,
  submit,
  untilStates,
} from './page.ts'

function mountInForm(attributes = '', more = '') {
  return mount(`<form>
    <fieldset>
      ${more}
      <waybill-upload id="papers" endpoint="${SIGNER}" rule="any" name="files" ${attributes}>
      </waybill-upload>
    </fieldset>
  </form>`)
}

describe('<waybill-upload> in a form', () => {
  it('belongs to the form like any other control', async () => {
    const element = await mountInForm()
    const form = formOf(element)
    expect(form.elements.namedItem('files')).toBe(element)
    expect(element.form).toBe(form)
    expect(element.willValidate).toBe(true)
    expect(form.checkValidity()).toBe(true)
    expect((await submit(element)).fields).toEqual([])
  })

  it('is missing a value while it is required and nothing is stored', async () => {
    const element = await mountInForm('required')
    const form = formOf(element)
    expect(element.validity.valueMissing).toBe(true)
    expect(element.validationMessage).toBe('Choose a file.')
    expect(form.matches(':invalid')).toBe(true)
    await store(element, 'a.bin')
    expect(form.checkValidity()).toBe(true)
  })

  it('blocks submission while files are uploading', async () => {
    const element = await mountInForm('multiple')
    const gated = gate(element)
    choose(element, randomFile('a.bin'), randomFile('b.bin'))
    expect(element.validity.customError).toBe(true)
    expect(element.validationMessage).toBe('Still sending 2 files.')
    let sent = 0
    formOf(element).addEventListener('submit', (event) => {
      event.preventDefault()
      sent += 1
    })
    formOf(element).requestSubmit()
    expect(sent).toBe(0)
    gated.open()
    await untilStates(element, 'done', 'done')
    formOf(element).requestSubmit()
    expect(sent).toBe(1)
  })

  it('blocks submission with a failed file until it is removed', async () => {
    const element = await mountInForm('')
    const gated = gate(element)
    gated.refuse()
    choose(element, randomFile('a.bin'))
    await untilStates(element, 'failed')
    expect(element.validationMessage).toMatch(/^1 file was not uploaded/)
    element.removeFile(element.items[0]?.id ?? '')
    expect(element.validity.valid).toBe(true)
  })

  it('allows submission with a rejected file, because its row says so', async () => {
    const element = await mountInForm('')
    element.rule = 'photos'
    choose(element, randomFile('a.txt', 10, 'text/plain'))
    await untilStates(element, 'failed')
    expect(element.validity.valid).toBe(true)
  })

  it('submits nothing for a removed file', async () => {
    const element = await mountInForm('multiple')
    await store(element, 'a.bin', 'b.bin')
    const [first] = element.items
    element.removeFile(first?.id ?? '')
    expect((await submit(element)).files.map(({ name }) => name)).toEqual(['b.bin'])
  })

  it('has the signer delete removed files once the form is submitted', async () => {
    const element = await mountInForm('multiple')
    const gated = gate(element)
    gated.open()
    await store(element, 'a.bin', 'b.bin')
    element.removeFile(element.items[0]?.id ?? '')
    expect(gated.asked).not.toContain('/remove')
    formOf(element).addEventListener('submit', (event) => event.preventDefault())
    formOf(element).requestSubmit()
    await eventually(() => gated.asked).toContain('/remove')
    await untilStates(element, 'done')
  })

  it('keeps submitted objects stored', async () => {
    const element = await mountInForm('')
    const gated = gate(element)
    gated.open()
    await store(element, 'a.bin')
    const { files } = await submit(element)
    await store(element, 'b.bin')
    expect(element.items.map(({ name }) => name)).toEqual(['b.bin'])
    expect(files).toHaveLength(1)
    choose(element, randomFile('c.bin'))
    await eventually(() => gated.asked.filter((path) => path === '/remove')).toHaveLength(1)
  })

  it('clears what a page has sent itself, and keeps what was stored afterwards', async () => {
    const element = await mountInForm('multiple required')
    const gated = gate(element)
    gated.open()
    await store(element, 'a.bin')
    const { receipts } = element
    await submit(element)
    const changes: unknown[] = []
    element.addEventListener('change', () => changes.push(element.receipts.length))
    await store(element, 'b.bin')
    element.clear({ receipts })
    expect((await submit(element)).files.map(({ name }) => name)).toEqual(['b.bin'])
    element.clear()
    expect(element.items).toEqual([])
    expect(element.validity.valueMissing).toBe(true)
    expect(changes).toEqual([2, 1, 0])
    expect(gated.asked).not.toContain('/remove')
  })

  it('clears what a browser has restored with the form', async () => {
    const element = await mountInForm()
    await store(element, 'a.bin')
    const { items } = element
    const state = JSON.stringify(
      items.map(({ name, size, type, completed }) => ({ name, size, type, completed })),
    )
    element.reset()
    const restore: unknown = Reflect.get(element, 'formStateRestoreCallback')
    if (typeof restore === 'function') restore.call(element, state, 'restore')
    expect(element.receipts).toHaveLength(1)
    element.clear()
    expect(element.items).toEqual([])
  })

  it('forgets its files when the form is reset', async () => {
    const element = await mountInForm('required')
    await store(element, 'a.bin')
    formOf(element).reset()
    expect(element.items).toEqual([])
    expect(element.validity.valueMissing).toBe(true)
    expect((await submit(element)).fields).toEqual([])
  })

  it.each(['its fieldset', 'its own property'])('is disabled with %s', async (whose) => {
    const element = await mountInForm('required')
    const control = whose === 'its fieldset' ? element.closest('fieldset') : element
    if (!control) throw new Error('the form has no fieldset')
    await store(element, 'a.bin')
    control.disabled = true
    expect(element.matches(':disabled')).toBe(true)
    expect((await submit(element)).fields).toEqual([])
    // Not `disabled`: that would take the focus away.
    const isDisabled = () => element.shadowRoot?.querySelector('button')?.ariaDisabled === 'true'
    await eventually(isDisabled).toBe(true)
    control.disabled = false
    expect((await submit(element)).fields).toEqual(['files'])
    await eventually(isDisabled).toBe(false)
  })

  it('follows changes of its name', async () => {
    const element = await mountInForm()
    await store(element, 'a.bin')
    element.name = 'papers'
    await eventually(async () => (await submit(element)).fields).toEqual(['papers'])
  })

  it('opens its file picker when its label is clicked', async () => {
    const element = await mountInForm('', '<label for="papers">Your papers</label>')
    let opened = 0
    pickerOf(element)?.addEventListener('click', (event) => {
      event.preventDefault()
      opened += 1
    })
    element.closest('form')?.querySelector('label')?.click()
    expect(opened).toBe(1)
    expect([...element.labels].map(({ textContent }) => textContent)).toEqual(['Your papers'])
  })

  it('exposes its states to CSS', async () => {
    const element = await mountInForm('')
    const gated = gate(element)
    const states = () =>
      ['empty', 'sending', 'paused', 'done'].filter((name) => element.matches(`:state(${name})`))
    await eventually(states).toEqual(['empty'])
    choose(element, randomFile('a.bin'))
    await eventually(states).toEqual(['sending'])
    gated.open()
    await eventually(states).toEqual(['done'])
  })
})
