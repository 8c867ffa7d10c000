import { eventually } from '@waybill/test-support/eventually'
import { ENDPOINT, silentSigner } from '@waybill/test-support/silent-signer'
import * as React from 'react'
import { createElement as h, type ReactElement } from 'react'
import { describe, expect, it } from 'vitest'
import { type Uploads, type UseUploadsOptions, uploadHooks } from 'waybill/react'
import { render } from './rendered.ts'

const PHOTO = new File(['a photo'], 'a.png', { type: 'image/png' })

/** A component that shows its uploads, and gives them to the test. */
function createPage() {
  const signer = silentSigner()
  const { useUploads } = uploadHooks({
    endpoint: ENDPOINT,
    fetch: signer.fetch,
    resumeStore: false,
  })
  const seen: Uploads[] = []
  function Photos({
    rule = 'photos',
    ...options
  }: UseUploadsOptions & { readonly rule?: string }): ReactElement {
    const uploads = useUploads(rule, options)
    seen.push(uploads)
    const { items, inputProps, dropProps } = uploads
    return h(
      'label',
      { ...dropProps, id: 'zone' },
      h('input', inputProps),
      h('p', null, items.map(({ name, state }) => `${name} ${state}`).join()),
    )
  }
  const last = () => {
    const uploads = seen.at(-1)
    if (!uploads) throw new Error('nothing was rendered yet')
    return uploads
  }
  return { signer, Photos, seen, last }
}

/** Puts a file into an input, as a person does. */
function choose(input: HTMLInputElement, ...files: readonly File[]): void {
  const transfer = new DataTransfer()
  for (const file of files) transfer.items.add(file)
  input.files = transfer.files
  input.dispatchEvent(new Event('change', { bubbles: true }))
}

describe('useUploads', () => {
  it('asks for the rule once, also under StrictMode, and limits the input to it', async () => {
    const { Photos, signer } = createPage()
    const { find } = render(h(Photos))
    await eventually(() => find<HTMLInputElement>('input').accept).toBe('image/*')
    expect(find<HTMLInputElement>('input').multiple).toBe(true)
    expect(signer.asked).toEqual(['GET /rules'])
  })

  it('uploads what is chosen, and the same file again', async () => {
    const { Photos, last } = createPage()
    const { place, find } = render(h(Photos))
    await eventually(() => place.querySelector('input')).not.toBeNull()
    const input = find<HTMLInputElement>('input')
    choose(input, PHOTO)
    await eventually(() => place.textContent).toBe('a.png queued')
    expect(input.files).toHaveLength(0)
    choose(input, PHOTO)
    await eventually(() => place.textContent).toBe('a.png queued,a.png queued')
    expect(last().total).toMatchObject({ files: 2, active: 2 })
  })

  it('shows a file that the rule does not allow, with the reason', async () => {
    const { Photos, signer, last } = createPage()
    const { place, find } = render(h(Photos))
    await eventually(() => find<HTMLInputElement>('input').accept).toBe('image/*')
    choose(find('input'), new File(['a note'], 'a.txt', { type: 'text/plain' }))
    await eventually(() => place.textContent).toBe('a.txt failed')
    expect(last().items[0]?.error?.code).toBe('FILE_TYPE_NOT_ALLOWED')
    expect(signer.asked).toEqual(['GET /rules'])
  })

  it('takes one file where maxFiles is 1', async () => {
    const { Photos } = createPage()
    const { place } = render(h(Photos, { maxFiles: 1 }))
    await eventually(() => place.querySelector('input')?.multiple).toBe(false)
  })

  it('throws for an option that cannot be', () => {
    const { useUploads } = uploadHooks({ endpoint: ENDPOINT })
    const caught: unknown[] = []
    class Boundary extends React.Component<{ children: ReactElement }> {
      override componentDidCatch(error: unknown) {
        caught.push(error)
      }
      static getDerivedStateFromError() {
        return { failed: true }
      }
      override state = { failed: false }
      override render() {
        return this.state.failed ? null : this.props.children
      }
    }
    const Wrong = () => h('p', null, useUploads('photos', { maxFiles: -1 }).items.length)
    render(h(Boundary, null, h(Wrong)))
    return eventually(() => String(caught[0])).toBe(
      'RangeError: maxFiles is -1, expected 0 or more',
    )
  })

  it('sends with the options of the last render', async () => {
    const { Photos, signer, last } = createPage()
    const { place, show } = render(h(Photos, { metadata: { album: 'old' } }))
    await eventually(() => place.querySelector('input')?.multiple).toBe(true)
    show(h(Photos, { metadata: { album: 'new' }, maxFiles: 1 }))
    await eventually(() => place.querySelector('input')?.multiple).toBe(false)
    last().add([PHOTO])
    await eventually(() => signer.wanted[0]?.files[0]?.metadata).toEqual({ album: 'new' })
    expect(signer.wanted[0]?.rule).toBe('photos')
  })

  it('sends metadata and folders of each file, and clears nothing that is under way', async () => {
    const { Photos, signer, last } = createPage()
    const { place } = render(h(Photos, { metadata: ({ name }) => ({ name }) }))
    await eventually(() => place.querySelector('input')).not.toBeNull()
    const path = () => 'album/a.png'
    last().add([PHOTO], { metadata: { album: 'alps' }, path })
    await eventually(() => signer.wanted[0]?.files[0]).toMatchObject({
      metadata: { name: 'a.png', album: 'alps' },
      path: 'album/a.png',
    })
    last().clear()
    expect(last().items).toHaveLength(1)
  })

  it('renders no more than it must for options that are made anew in each render', async () => {
    const { Photos, last, seen } = createPage()
    const hints = { types: ['image/png'], accept: 'image/png', maxSize: 1000, minSize: 0 }
    const Page = () =>
      h(Photos, { hints: { ...hints, read: false, remove: false }, metadata: { album: 'a' } })
    const { place } = render(h(Page))
    await eventually(() => place.querySelector('input')?.accept).toBe('image/png')
    last().add([PHOTO])
    await eventually(() => last().items[0]?.upload?.state).toBe('queued')
    expect(seen.length).toBeLessThan(20)
  })

  it('begins another list with another rule', async () => {
    const { Photos, last } = createPage()
    const { place, show } = render(h(Photos))
    await eventually(() => last().hints?.accept).toBe('image/*')
    last().add([PHOTO])
    await eventually(() => last().items[0]?.upload?.state).toBe('queued')
    const [before] = last().items
    show(h(Photos, { rule: 'notes' }))
    await eventually(() => last().hints?.accept).toBe('text/plain')
    expect(place.textContent).toBe('')
    expect(before?.upload?.state).toBe('aborted')
  })

  it('answers the same object until something of it changes', async () => {
    const { Photos, last, seen } = createPage()
    const { show } = render(h(Photos))
    await eventually(() => last().hints?.accept).toBe('image/*')
    const [before, { length }] = [last(), seen]
    show(h(Photos))
    await eventually(() => seen.length).toBeGreaterThan(length)
    expect(last()).toBe(before)
  })
})

describe('leave', () => {
  it.each([
    ['aborts', undefined, 'aborted'],
    ['aborts', 'abort', 'aborted'],
    ['goes on with', 'continue', 'queued'],
  ] as const)('%s what is under way (%s)', async (_what, leave, state) => {
    const { Photos, last } = createPage()
    const { unmount, place } = render(h(Photos, leave ? { leave } : {}))
    await eventually(() => place.querySelector('input')).not.toBeNull()
    last().add([PHOTO])
    await eventually(() => last().items[0]?.upload?.state).toBe('queued')
    const upload = last().items[0]?.upload
    unmount()
    await eventually(() => upload?.state).toBe(state)
    // What is done after the component has gone is done by the end of a microtask.
    await Promise.resolve()
    expect(upload?.state).toBe(state)
    upload?.abort()
  })

  it.skipIf(!('Activity' in React))('keeps what <Activity> hides and shows again', async () => {
    const { Photos, last } = createPage()
    const page = (mode: 'visible' | 'hidden') => h(React.Activity, { mode, children: h(Photos) })
    const { place, show } = render(page('visible'))
    await eventually(() => place.querySelector('input')).not.toBeNull()
    last().add([PHOTO])
    await eventually(() => last().items[0]?.upload?.state).toBe('queued')
    show(page('hidden'))
    await eventually(() => place.querySelector('label')?.style.display).toBe('none')
    show(page('visible'))
    await eventually(() => place.querySelector('label')?.style.display).toBe('')
    await eventually(() => place.textContent).toBe('a.png queued')
    expect(last().items[0]?.upload?.state).toBe('queued')
  })
})
