import { eventually } from '@waybill/test-support/eventually'
import { describe, expect, it } from 'vitest'
import type { WaybillUploadElement } from 'waybill/element'
import {
  choose,
  drop,
  formOf,
  gate,
  mount,
  randomFile,
  SIGNER,
  submit,
  untilStates,
} from '../page.ts'

function mountAvatar(attributes = '', content = ''): Promise<WaybillUploadElement> {
  return mount(`<form>
    <label for="me">Profile photo</label>
    <waybill-upload id="me" shape="avatar" endpoint="${SIGNER}" rule="any" name="files" ${attributes}>${content}</waybill-upload>
  </form>`)
}

function find<E extends Element>(
  { shadowRoot }: WaybillUploadElement,
  selector: string,
): E | undefined {
  return shadowRoot?.querySelector<E>(selector) ?? undefined
}

async function untilShown(element: WaybillUploadElement, state: string): Promise<void> {
  await eventually(() => find(element, `.avatar.${state}`)).toBeTruthy()
}

async function press(element: WaybillUploadElement, part: string): Promise<void> {
  const button = () => find<HTMLElement>(element, `button[part~=${part}]`)
  await eventually(button).toBeTruthy()
  button()?.focus()
  button()?.click()
}

function textOf(element: WaybillUploadElement): string {
  return find(element, '[part~=status]')?.textContent?.trim().replace(/\s+/g, ' ') ?? ''
}

function activeOf({ shadowRoot }: WaybillUploadElement): string | null | undefined {
  return shadowRoot?.activeElement?.getAttribute('part')
}

async function picture(name = 'me.png'): Promise<File> {
  const canvas = new OffscreenCanvas(8, 8)
  canvas.getContext('2d')?.fillRect(0, 0, 8, 8)
  return new File([await canvas.convertToBlob()], name, { type: 'image/png' })
}

describe('shape="avatar"', () => {
  it('shows a round preview, and a ring until the file is stored', async () => {
    const element = await mountAvatar()
    const gated = gate(element)
    await untilShown(element, 'empty')
    expect(find(element, '.zone')).toBeUndefined()
    choose(element, await picture())
    await untilShown(element, 'uploading')
    expect(find(element, '.ring')).toBeTruthy()
    expect(find(element, 'progress')?.ariaLabel).toBe('Progress of me.png')
    const image = find<HTMLImageElement>(element, '.face img')
    await eventually(() => image?.naturalWidth).toBe(8)
    gated.open()
    await untilShown(element, 'done')
    expect(find(element, '.ring')).toBeUndefined()
    expect(textOf(element)).toBe('Uploaded')
  })

  it('has a width in a flex container', async () => {
    const element = await mountAvatar()
    if (element.parentElement) element.parentElement.style.display = 'flex'
    await untilShown(element, 'empty')
    expect(element.offsetWidth).toBeGreaterThan(150)
  })

  it('labels its buttons with the label and the file name', async () => {
    const element = await mountAvatar()
    const names = () =>
      [...(element.shadowRoot?.querySelectorAll('button') ?? [])].map(
        (button) => button.ariaLabel ?? button.textContent?.trim().replace(/\s+/g, ' '),
      )
    await eventually(names).toEqual(['Profile photo: Choose file…'])
    choose(element, await picture())
    await untilShown(element, 'done')
    expect(names()).toEqual(['Replace me.png', 'Remove me.png'])
  })

  it('replaces its file with the next one, the only one submitted', async () => {
    const element = await mountAvatar('multiple')
    choose(element, await picture('old.png'))
    await untilShown(element, 'done')
    choose(element, await picture('new.png'))
    await untilStates(element, 'done')
    const { files } = await submit(element)
    expect(files.map(({ name }) => name)).toEqual(['new.png'])
  })

  it('lets a keyboard user remove and restore the file without losing focus', async () => {
    const element = await mountAvatar()
    choose(element, await picture())
    await untilShown(element, 'done')
    await press(element, 'remove')
    await untilShown(element, 'removed')
    expect(textOf(element)).toBe('Removed')
    expect(new FormData(formOf(element)).getAll('files')).toEqual([])
    expect(activeOf(element)).toContain('undo')
    await press(element, 'undo')
    await untilShown(element, 'done')
    expect(activeOf(element)).toContain('remove')
  })

  it('explains below why a file was rejected, and offers a retry only if that helps', async () => {
    const element = await mountAvatar()
    element.rule = 'photos'
    await eventually(() => textOf(element)).toContain('Accepted: PNG or JPEG')
    choose(element, randomFile('me.txt', 10, 'text/plain'))
    await untilShown(element, 'failed')
    expect(textOf(element)).toBe('Wrong file type. Choose PNG or JPEG.')
    expect(find(element, 'button[part~=retry]')).toBeUndefined()
    element.reset()
    const gated = gate(element)
    choose(element, await picture())
    gated.refuse()
    await untilShown(element, 'failed')
    expect(find(element, 'button[part~=retry]')).toBeTruthy()
  })

  it('accepts a dropped file', async () => {
    const element = await mountAvatar()
    await untilShown(element, 'empty')
    const face = find(element, '.face') ?? element
    drop(face, 'dragover', await picture())
    await eventually(() => find(element, '.face.over')).toBeTruthy()
    expect(textOf(element)).toBe('Drop to add')
    drop(face, 'drop', await picture())
    await untilStates(element, 'done')
    element.accept = 'image/png'
    drop(face, 'dragover', randomFile('me.txt', 10, 'text/plain'))
    await eventually(() => textOf(element)).toBe('Wrong file type')
  })

  it("shows the page's own picture until another is chosen, and after that is removed", async () => {
    const element = await mountAvatar('', '<img slot="icon" alt="">')
    const slotted = () => find<HTMLSlotElement>(element, 'slot[name=icon]')?.assignedElements()
    await eventually(slotted).toHaveLength(1)
    choose(element, await picture())
    await untilShown(element, 'done')
    expect(slotted()).toBeUndefined()
    element.reset()
    await eventually(slotted).toHaveLength(1)
  })

  it('announces what happens', async () => {
    const element = await mountAvatar()
    choose(element, await picture())
    const status = () => find(element, '[role=status]')?.textContent
    await eventually(status).toBe('me.png uploaded.')
  })

  it('keeps its height, and sets no style attribute', async () => {
    const element = await mountAvatar()
    await untilShown(element, 'empty')
    const before = element.offsetHeight
    expect(before).toBe(96)
    choose(element, await picture())
    await untilShown(element, 'done')
    expect(element.offsetHeight).toBe(before)
    expect(find(element, '[style]')).toBeUndefined()
  })
})
