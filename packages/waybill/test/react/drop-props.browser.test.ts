import { eventually } from '@waybill/test-support/eventually'
import { pasteEvent } from '@waybill/test-support/paste-event'
import { ENDPOINT, silentSigner } from '@waybill/test-support/silent-signer'
import { createElement as h, type ReactElement } from 'react'
import { describe, expect, it } from 'vitest'
import { uploadHooks } from 'waybill/react'
import { render } from './rendered.ts'

const PHOTO = new File(['a photo'], 'a.png', { type: 'image/png' })

async function renderZone() {
  const { fetch } = silentSigner()
  const { useUploads } = uploadHooks({ endpoint: ENDPOINT, fetch, resumeStore: false })
  function Zone(): ReactElement {
    const { items, dropProps, isDragging } = useUploads('photos')
    const names = items.map(({ name }) => name).join()
    return h(
      'div',
      { ...dropProps, id: 'zone' },
      h('textarea'),
      h('b', null, isDragging ? 'over' : ''),
      h('p', null, names),
    )
  }
  const { place } = render(h(Zone))
  await eventually(() => place.querySelector('#zone')).not.toBeNull()
  const zone = place.querySelector('#zone')
  const inside = place.querySelector('b')
  if (!zone || !inside) throw new Error('the zone was not rendered')
  return { place, zone, inside }
}

function transferOf(...files: readonly File[]): DataTransfer {
  const transfer = new DataTransfer()
  for (const file of files) transfer.items.add(file)
  return transfer
}

/** @returns Whether somebody has taken the event in the browser's place. */
function tell(target: Element, type: string, more: DragEventInit): boolean {
  const event = new DragEvent(type, { bubbles: true, cancelable: true, ...more })
  target.dispatchEvent(event)
  return event.defaultPrevented
}

describe('dropProps', () => {
  it('take what is dropped', async () => {
    const { place, zone } = await renderZone()
    const dataTransfer = transferOf(PHOTO, new File(['b'], 'b.png', { type: 'image/png' }))
    expect(tell(zone, 'drop', { dataTransfer })).toBe(true)
    await eventually(() => place.querySelector('p')?.textContent).toBe('a.png,b.png')
  })

  it('take what is pasted', async () => {
    const { place, zone } = await renderZone()
    zone.dispatchEvent(pasteEvent(transferOf(PHOTO)))
    await eventually(() => place.querySelector('p')?.textContent).toBe('a.png')
  })

  it('leave a text field what is pasted into it', async () => {
    const { place, zone } = await renderZone()
    const paste = (target: Element | null, name: string) => {
      target?.dispatchEvent(pasteEvent(transferOf(new File(['a'], name, { type: 'image/png' }))))
    }
    paste(place.querySelector('textarea'), 'of-the-field.png')
    paste(zone, 'a.png')
    await eventually(() => place.querySelector('p')?.textContent).toBe('a.png')
  })

  it('say that files are held over the element, and over what is in it', async () => {
    const { zone, inside } = await renderZone()
    const dataTransfer = transferOf(PHOTO)
    expect(tell(zone, 'dragenter', { dataTransfer })).toBe(true)
    await eventually(() => zone.hasAttribute('data-dragging')).toBe(true)
    expect(inside.textContent).toBe('over')
    tell(zone, 'dragleave', { dataTransfer, relatedTarget: inside })
    expect(tell(inside, 'dragover', { dataTransfer })).toBe(true)
    expect(zone.hasAttribute('data-dragging')).toBe(true)
    tell(zone, 'dragleave', { dataTransfer, relatedTarget: document.body })
    await eventually(() => zone.hasAttribute('data-dragging')).toBe(false)
  })

  it('leave a text that is dragged to the page', async () => {
    const { place, zone } = await renderZone()
    const dataTransfer = new DataTransfer()
    dataTransfer.setData('text/plain', 'a text')
    expect(tell(zone, 'dragover', { dataTransfer })).toBe(false)
    expect(tell(zone, 'drop', { dataTransfer })).toBe(false)
    tell(zone, 'drop', { dataTransfer: transferOf(PHOTO) })
    await eventually(() => place.querySelector('p')?.textContent).toBe('a.png')
  })
})
