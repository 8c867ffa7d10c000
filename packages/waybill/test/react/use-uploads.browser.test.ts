import { eventually } from '@waybill/test-support/eventually'
import { ENDPOINT, silentSigner } from '@waybill/test-support/silent-signer'
import * as React from 'react'
import { createElement as h, type ReactElement } from 'react'
import { describe, expect, it } from 'vitest'
import { type Uploads, type UseUploadsOptions, uploadHooks } from 'waybill/react'
import { itHoldsUploads, PHOTO } from '../client/list/use-uploads-cases.ts'
import { render } from './rendered.ts'

/** A component that shows its uploads, and gives them to the test. */
function createPage() {
  const signer = silentSigner()
  const given = { endpoint: ENDPOINT, fetch: signer.fetch, resumeStore: false } as const
  const { useUploads } = uploadHooks(given)
  const seen: Uploads[] = []
  function Photos({
    rule = 'photos',
    ...options
  }: UseUploadsOptions & { readonly rule?: string }): ReactElement {
    const uploads = useUploads(rule, options)
    seen.push(uploads)
    const { items, inputProps, dropProps, isDragging } = uploads
    return h(
      'label',
      dropProps,
      h('input', inputProps),
      h('textarea'),
      h('b', null, isDragging ? 'over' : ''),
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

describe('useUploads', () => {
  itHoldsUploads(async (given = {}) => {
    const { Photos, signer, last } = createPage()
    const { place, show, unmount } = render(h(Photos, given))
    await eventually(() => place.querySelector('input')).not.toBeNull()
    return { place, signer, uploads: last, show: (options) => show(h(Photos, options)), unmount }
  })

  it('throws for an invalid option', () => {
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

  it('renders no more than necessary if options are recreated in each render', async () => {
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

  it('starts another list for another rule', async () => {
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

  it('returns the same object until something in it changes', async () => {
    const { Photos, last, seen } = createPage()
    const { show } = render(h(Photos))
    await eventually(() => last().hints?.accept).toBe('image/*')
    const [before, { length }] = [last(), seen]
    show(h(Photos))
    await eventually(() => seen.length).toBeGreaterThan(length)
    expect(last()).toBe(before)
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
