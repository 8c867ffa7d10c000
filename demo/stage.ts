/**
 * The stage: it asks for a file, shows its upload and then the stored object, with the docket above
 * it.
 *
 * @module
 */

import type { Upload } from 'waybill/client'
import type { StoredObject } from '../src/cli/dev/stored-objects.ts'
import { element, showOnly } from './elements.ts'
import { mediaElement } from './media.ts'
import { describeSending } from './sending.ts'

/** What a user can do on the stage. */
export interface StageActions {
  pauseOrResume(): void
  cancel(): void
  again(): void
  dismiss(): void
}

/** A failure: what happened, why, and what the user can do. */
export interface Refusal {
  readonly title: string
  readonly message: string
  readonly advice: string
  /** Whether a retry may help. */
  readonly again: boolean
}

/** The stage. */
export interface Stage {
  /** Sets the destination that the docket shows without an upload. */
  setDestination(to: string): void
  showPrompt(): void
  /** Shows a running upload. `trouble` is why it is being retried; empty without trouble. */
  showSending(upload: Upload, trouble: string): void
  showRefusal(refusal: Refusal): void
  /** Shows an object. `status` is for the docket. */
  showObject(object: StoredObject, status: string): void
}

type Mood = 'plain' | 'good' | 'bad'

const UNSEEN = {
  message: 'It is in the bucket, but this page cannot show it.',
  advice: 'Save it from the list instead.',
  again: false,
}

const REJECTED = {
  advice: 'On AWS it could not be read, and would be deleted after a week. Save it to look at it.',
  again: false,
}

/** Makes the stage. */
export function createStage(actions: StageActions): Stage {
  const prompt = element('prompt', HTMLElement)
  const sending = element('sending', HTMLElement)
  const refusal = element('refusal', HTMLElement)
  const player = element('player', HTMLElement)
  const scenes = [prompt, sending, refusal, player]
  let destination = ''

  element('pause', HTMLButtonElement).addEventListener('click', actions.pauseOrResume)
  element('cancel', HTMLButtonElement).addEventListener('click', actions.cancel)
  element('again', HTMLButtonElement).addEventListener('click', actions.again)
  element('dismiss', HTMLButtonElement).addEventListener('click', actions.dismiss)

  const open = (scene: HTMLElement) => {
    const leaves = scenes.some((one) => one !== scene && one.contains(document.activeElement))
    // A hidden video must stop playing and loading.
    if (scene !== player) player.replaceChildren()
    showOnly(scene, scenes)
    // The focused element is hidden now. Move the focus here, so that Tab does not start at the top
    // of the page.
    if (leaves) scene.focus({ preventScroll: true })
  }
  const refuse = (reason: Refusal, docket: Docket) => {
    open(refusal)
    fillRefusal(reason)
    refusal.dataset.mood = docket.mood ?? 'plain'
    fillDocket(docket)
  }

  return {
    setDestination(to) {
      destination = to
      fillDocket({ to, status: 'Ready' })
    },
    showPrompt() {
      open(prompt)
      fillDocket({ to: destination, status: 'Ready' })
    },
    showSending(upload, trouble) {
      open(sending)
      fillSending(upload)
      element('trouble', HTMLElement).textContent = trouble
      fillDocket({ to: destination, status: describeSending(upload).status })
    },
    showRefusal(reason) {
      refuse(reason, { to: destination, status: 'Not stored', mood: 'bad' })
    },
    showObject(object, status) {
      const to = `${destination}/${object.key}`
      const { name, verdict } = object
      if (verdict?.verdict === 'rejected') {
        const reason = { ...REJECTED, title: `${name} was rejected`, message: verdict.message }
        return refuse(reason, { to, status: 'Rejected', mood: 'bad' })
      }
      const docket: Docket = { to, status, mood: verdict ? 'good' : 'plain' }
      const cannotShow = () => refuse({ ...UNSEEN, title: name }, docket)
      const media = mediaElement(object, cannotShow)
      if (!media) return cannotShow()
      open(player)
      player.replaceChildren(media)
      fillDocket(docket)
    },
  }
}

interface Docket {
  readonly to: string
  readonly status: string
  readonly mood?: Mood
}

function fillDocket({ to, status, mood = 'plain' }: Docket): void {
  fillDestination(to)
  const said = element('status', HTMLElement)
  said.textContent = status
  said.dataset.mood = mood
}

/**
 * Shows a destination. If it is too long, its middle is cut: the name at its end must stay visible.
 */
function fillDestination(to: string): void {
  const target = element('to', HTMLElement)
  if (target.title === to) return
  target.title = to
  const end = to.lastIndexOf('/')
  const parts = [to.slice(0, end), to.slice(end)].map((text) => {
    const part = document.createElement('span')
    part.textContent = text
    return part
  })
  target.replaceChildren(...parts)
}

function fillSending(upload: Upload): void {
  const { percent, amount, rate, left } = describeSending(upload)
  element('sending-name', HTMLElement).textContent = upload.name
  element('percent', HTMLElement).textContent = `${percent} %`
  element('amount', HTMLElement).textContent = amount
  element('rate', HTMLElement).textContent = rate
  element('left', HTMLElement).textContent = left
  const bar = element('bar', HTMLElement)
  bar.ariaValueNow = String(percent)
  bar.ariaValueText = `${percent} %, ${amount}`
  bar.style.setProperty('--sent', String(upload.progress.fraction))
  element('sending', HTMLElement).classList.toggle(
    'waiting',
    upload.state === 'paused' || upload.state === 'waiting',
  )
  const pause = element('pause', HTMLButtonElement)
  pause.textContent = upload.state === 'paused' ? 'Resume' : 'Pause'
  // Not `disabled`: that would take the focus away.
  pause.ariaDisabled = upload.state === 'completing' ? 'true' : null
}

function fillRefusal({ title, message, advice, again }: Refusal): void {
  element('refusal-title', HTMLElement).textContent = title
  element('refusal-message', HTMLElement).textContent = message
  element('refusal-advice', HTMLElement).textContent = advice
  element('again', HTMLButtonElement).hidden = !again
}
