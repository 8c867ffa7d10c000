import type { StoredObject } from '../packages/waybill-cli/src/dev/stored-objects.ts'
import { element, make } from './elements.ts'
import { mediaElement, mediaKind } from './media.ts'

export interface Player {
  show(object: StoredObject | undefined): void
  /** Scrolls to what is shown, and moves the focus there, so that screen readers say it. */
  reveal(): void
}

export function createPlayer(): Player {
  const player = element('player', HTMLElement)
  const screen = element('screen', HTMLElement)
  element('hide', HTMLButtonElement).addEventListener('click', () => {
    show(undefined)
    // The button is now hidden, so focus the title near it. Otherwise, Tab would start at the top
    // of the page.
    element('bucket-title', HTMLElement).focus({ preventScroll: true })
  })
  let shown: string | undefined
  const show: Player['show'] = (object) => {
    if (object?.key === shown) return
    shown = object?.key
    // A removed element stops playing and loading.
    screen.replaceChildren()
    player.hidden = object === undefined
    element('shown-name', HTMLElement).textContent = object?.name ?? ''
    screen.dataset.kind = (object && mediaKind(object.name)) ?? ''
    if (object) screen.append(contentsOf(object))
  }
  return {
    show,
    reveal: () => {
      player.scrollIntoView({ block: 'nearest' })
      const { firstElementChild: first } = screen
      if (!(first instanceof HTMLElement)) return
      if (!(first instanceof HTMLMediaElement)) first.tabIndex = -1
      first.focus({ preventScroll: true })
    },
  }
}

function contentsOf(object: StoredObject): HTMLElement {
  const { verdict } = object
  if (verdict?.verdict === 'rejected') {
    return said(
      'rejected',
      `Rejected: ${verdict.message}. On AWS it could not be read, and would be deleted after a week. ` +
        'Save it to look at it.',
    )
  }
  const unshown = () =>
    said('unshown', 'It is in the bucket, but this page cannot show it. Save it.')
  const media = mediaElement(object, () => media?.replaceWith(unshown()))
  return media ?? unshown()
}

function said(className: 'rejected' | 'unshown', text: string): HTMLElement {
  return make('p', { className }, text)
}
