/**
 * The stage: one place that asks for a file, shows its upload, and then what was stored; with the docket above it.
 *
 * @module
 */

import type { Upload } from 'waybill/client'
import type { StoredObject } from '../src/cli/dev/stored-objects.ts'
import { element, showOnly } from './elements.ts'
import { mediaElement } from './media.ts'
import { describeSending } from './sending.ts'

/** What people do on the stage. */
export interface StageActions {
  pauseOrResume(): void
  cancel(): void
  again(): void
  dismiss(): void
}

/** Something did not go as a person wanted: what, why, and what they can do. */
export interface Refusal {
  readonly title: string
  readonly message: string
  readonly advice: string
  /** Whether trying again may help. */
  readonly again: boolean
}

export interface Stage {
  /** Where files go while none is on its way. */
  setDestination(to: string): void
  showPrompt(): void
  /** @param trouble - Why it is being tried again; empty while all is well. */
  showSending(upload: Upload, trouble: string): void
  showRefusal(refusal: Refusal): void
  /** @param status - How it came there, for the docket. */
  showObject(object: StoredObject, status: string): void
}

type Mood = 'plain' | 'good' | 'bad'

const UNSEEN = {
  message: 'It is in the bucket, but this page cannot show it.',
  advice: 'Save it from the list instead.',
  again: false,
}

const REJECTED = {
  advice: 'In AWS nobody could read it, and after a week it would be gone. Save it for a look.',
  again: false,
}

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
    // A video that is no longer shown must not go on playing, nor loading.
    if (scene !== player) player.replaceChildren()
    showOnly(scene, scenes)
    // What has the focus is hidden now; the next Tab is to go on from here, not from the top of the page.
    if (leaves) scene.focus({ preventScroll: true })
  }
  const refuse = (reason: Refusal, docket: Docket) => {
    open(refusal)
    fillRefusal(reason)
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

/** Where there is no room for all of it, its middle goes: the name tells one object from another. */
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
  element('sending', HTMLElement).classList.toggle('waiting', upload.state === 'paused')
  const pause = element('pause', HTMLButtonElement)
  pause.textContent = upload.state === 'paused' ? 'Resume' : 'Pause'
  pause.disabled = upload.state === 'completing'
}

function fillRefusal({ title, message, advice, again }: Refusal): void {
  element('refusal-title', HTMLElement).textContent = title
  element('refusal-message', HTMLElement).textContent = message
  element('refusal-advice', HTMLElement).textContent = advice
  element('again', HTMLButtonElement).hidden = !again
}
