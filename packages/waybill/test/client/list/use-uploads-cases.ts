/**
 * What `useUploads` does in both React and Vue. Its signer never answers a request for permission.
 *
 * @module
 */

import { eventually } from '@waybill/test-support/eventually'
import { pasteEvent, transferOf } from '@waybill/test-support/paste-event'
import type { SilentSigner } from '@waybill/test-support/silent-signer'
import { expect, it } from 'vitest'
import type { UploadList, UploadListSnapshot } from 'waybill/client'
import type { UseUploadsOptions } from '../../../src/client/list/component-list.ts'

export const PHOTO = new File(['a photo'], 'a.png', { type: 'image/png' })

export interface Mounted {
  /**
   * Has a `label` with the drop props, and in it an `input`, a `textarea`, a `b` that says `over`
   * while files are dragged there, and a `p` with each file and its state. Already rendered.
   */
  readonly place: HTMLElement
  readonly signer: SilentSigner
  /** What `useUploads` returned last. */
  readonly uploads: () => Pick<UploadListSnapshot, 'items' | 'total' | 'hints'> &
    Pick<UploadList, 'add' | 'clear'>
  readonly show: (options: UseUploadsOptions) => void
  readonly unmount: () => void
}

/** @returns Whether somebody has handled the event instead of the browser. */
function drag(target: Element, type: string, more: DragEventInit): boolean {
  return !target.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, ...more }))
}

/** @param mount - Renders a component with the uploads of the rule `photos`. */
export function itHoldsUploads(mount: (options?: UseUploadsOptions) => Promise<Mounted>): void {
  async function page(options?: UseUploadsOptions) {
    const mounted = await mount(options)
    const find = <E extends Element>(selector: string): E => {
      const found = mounted.place.querySelector<E>(selector)
      if (!found) throw new Error(`the page has no ${selector}`)
      return found
    }
    const input = find<HTMLInputElement>('input')
    const choose = (...files: readonly File[]) => {
      input.files = transferOf(...files).files
      input.dispatchEvent(new Event('change', { bubbles: true }))
    }
    const shown = () => find('p').textContent
    return { ...mounted, input, zone: find('label'), find, choose, shown }
  }

  it('requests the rule once and limits the input to it', async () => {
    const { input, signer, uploads } = await page()
    await eventually(() => input.accept).toBe('image/*')
    expect(input.multiple).toBe(true)
    expect(uploads().hints?.maxSize).toBe(5_000_000)
    expect(signer.asked).toEqual(['GET /rules'])
  })

  it('uploads chosen files, including the same one again', async () => {
    const { input, choose, shown, uploads } = await page()
    choose(PHOTO)
    await eventually(shown).toBe('a.png queued')
    expect(input.files).toHaveLength(0)
    choose(PHOTO)
    await eventually(shown).toBe('a.png queued,a.png queued')
    expect(uploads().total).toMatchObject({ files: 2, active: 2 })
  })

  it('shows a file that the rule rejects, with the reason', async () => {
    const { input, choose, shown, uploads, signer } = await page()
    await eventually(() => input.accept).toBe('image/*')
    choose(new File(['a note'], 'a.txt', { type: 'text/plain' }))
    await eventually(shown).toBe('a.txt failed')
    expect(uploads().items[0]?.error?.code).toBe('FILE_TYPE_NOT_ALLOWED')
    expect(signer.asked).toEqual(['GET /rules'])
  })

  it("uses the last render's options", async () => {
    const { input, uploads, signer, show } = await page({ metadata: { album: 'old' } })
    await eventually(() => input.multiple).toBe(true)
    show({ metadata: { album: 'new' }, maxFiles: 1 })
    await eventually(() => input.multiple).toBe(false)
    uploads().add([PHOTO])
    await eventually(() => signer.wanted[0]?.files[0]?.metadata).toEqual({ album: 'new' })
    expect(signer.wanted[0]?.rule).toBe('photos')
  })

  it("sends each file's metadata and path, and clears nothing in flight", async () => {
    const { uploads, signer } = await page({ metadata: ({ name }) => ({ name }) })
    uploads().add([PHOTO], { metadata: { album: 'alps' }, path: () => 'album/a.png' })
    await eventually(() => signer.wanted[0]?.files[0]).toMatchObject({
      metadata: { name: 'a.png', album: 'alps' },
      path: 'album/a.png',
    })
    uploads().clear()
    expect(uploads().items).toHaveLength(1)
  })

  it.each([
    ['aborts', {}, 'aborted'],
    ['aborts', { leave: 'abort' }, 'aborted'],
    ['continues', { leave: 'continue' }, 'queued'],
  ] as const)('%s uploads in flight when it is unmounted with %o', async (_, options, state) => {
    const { uploads, unmount } = await page(options)
    uploads().add([PHOTO])
    await eventually(() => uploads().items[0]?.upload?.state).toBe('queued')
    const upload = uploads().items[0]?.upload
    unmount()
    await eventually(() => upload?.state).toBe(state)
    // What is done after the component has gone is done by the end of a microtask.
    await Promise.resolve()
    expect(upload?.state).toBe(state)
    upload?.abort()
  })

  it('accepts dropped and pasted files', async () => {
    const { zone, shown } = await page()
    expect(drag(zone, 'drop', { dataTransfer: transferOf(PHOTO, PHOTO) })).toBe(true)
    await eventually(shown).toBe('a.png queued,a.png queued')
    zone.dispatchEvent(pasteEvent(transferOf(PHOTO)))
    await eventually(shown).toBe('a.png queued,a.png queued,a.png queued')
  })

  it('reports dragging over the element or anything in it', async () => {
    const { zone, find } = await page()
    const inside = find('b')
    const dataTransfer = transferOf(PHOTO)
    const isDragging = () => zone.hasAttribute('data-dragging')
    expect(drag(zone, 'dragenter', { dataTransfer })).toBe(true)
    await eventually(isDragging).toBe(true)
    expect(inside.textContent).toBe('over')
    drag(zone, 'dragleave', { dataTransfer, relatedTarget: inside })
    expect(drag(inside, 'dragover', { dataTransfer })).toBe(true)
    expect(isDragging()).toBe(true)
    drag(zone, 'dragleave', { dataTransfer, relatedTarget: document.body })
    await eventually(isDragging).toBe(false)
  })
}
