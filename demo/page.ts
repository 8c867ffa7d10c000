/**
 * The demo page: `<waybill-upload>` sends files directly to the bucket, and the page plays them
 * from there. This file holds the page's one subject, and the other files render it.
 *
 * @module
 */

import { createUploader, type UploadItem } from 'waybill/client'
import 'waybill/element'
import type { WaybillUploadElement } from 'waybill/element'
import type { StoredObject, StoredObjects } from '../packages/waybill-cli/src/dev/stored-objects.ts'
import { createBucketList } from './bucket-list.ts'
import { element } from './elements.ts'
import { createPlayer } from './player.ts'
import { createRuleChoice } from './rule-choice.ts'
import { fetchDestination, fetchObjects } from './server.ts'
import { createLabel, type Stamp } from './show/label.ts'
import type { LieDesk } from './show/lie-desk.ts'
import { createResult } from './show/result.ts'
import { createSameBytes } from './show/same-bytes.ts'
import { type Granted, type Subject, watchGrants } from './show/watch-grants.ts'
import { createTrial } from './trial.ts'
import { verifiedWith } from './words.ts'

const ENDPOINT = '/api/uploads'
const FOLLOWED_EVERY_MS = 200
const ASKED_EVERY_MS = 3_000

/** How many grants of this page's uploads to remember. */
const MOST_GRANTS = 500

const uploads = element('uploads', HTMLElement)
const label = createLabel(element('label', HTMLElement))
const result = createResult(element('result', HTMLElement))
const sameBytes = createSameBytes(element('same-bytes', HTMLElement))
const grants = new Map<string, Granted>()
const events = new EventTarget()
const player = createPlayer()
const drawList = createBucketList({
  show: (object) => {
    turnTo(subjectOf(object.name, object))
    label.stamp(stampOf(object))
    player.reveal()
  },
})
/** The list and the bucket use the same word for the same verdict. */
const words = { verified: 'Verified' }

/** Keys that this page has sent, newest first, because S3's dates don't define their order. */
let sent: readonly string[] = []
let stored: StoredObjects = { objects: [], count: 0, size: 0 }
let subject: Subject | undefined
let desk: LieDesk | undefined
/** Files that the user chose. */
let chosen: readonly File[] = []
/** The state and progress of each file when the parts were last drawn. */
let drawn = ''
let asking: ReturnType<typeof setTimeout> | undefined
/** The list requests are numbered: the last one sent, and the one whose response is shown. */
let asked = 0
let answered = 0

const fetch = watchGrants(
  (...request) => globalThis.fetch(...request),
  ENDPOINT,
  (granted, { name, size }) => {
    if (grants.size >= MOST_GRANTS) grants.clear()
    grants.set(granted.waybill.key, granted)
    turnTo({ name, size, file: chosenFile(name, size), granted })
  },
)
const uploader = createUploader({ endpoint: ENDPOINT, fetch })
for (const one of uploads.getElementsByTagName('waybill-upload')) {
  Object.assign(one, { uploader, words })
}
uploads.addEventListener('waybill-add', ({ detail }) => {
  chosen = [...chosen, ...detail.files]
})
uploads.addEventListener('waybill-stored', ({ detail }) => void deliver(detail.item))
/** Uploads of earlier visits. */
const interrupted = await uploader.interrupted().catch(() => [])
// Their list needs the space that the drop zone fills otherwise.
uploads.classList.toggle('interrupted', interrupted.length > 0)
// The element does not fire an event for every state, for example `paused`.
setInterval(follow, FOLLOWED_EVERY_MS)
await Promise.all([start(), refresh()])

async function start(): Promise<void> {
  try {
    const destination = await fetchDestination()
    createRuleChoice(uploads, destination.rules, { uploader, words })
    desk = createTrial({
      endpoint: ENDPOINT,
      destination,
      label,
      result,
      sending,
      events,
      turnTo,
      onAnswer: async (about) => {
        const { key } = about.granted?.waybill ?? {}
        const object = await findStored(key)
        if (!object || subject?.granted !== about.granted) return
        sent = [object.key, ...sent.filter((one) => one !== key)]
        turnTo({ ...about, object })
      },
      read: async (key) => {
        const object = await findStored(key)
        if (!object) throw new Error(`the bucket has no ${key}`)
        return (await globalThis.fetch(object.url, { cache: 'no-store' })).blob()
      },
    })
    if (subject) desk?.about(subject)
  } catch {
    element('away', HTMLElement).hidden = false
  }
}

/** Makes the whole page be about one file. */
function turnTo(next: Subject): void {
  subject = next
  const { name, size, granted, object } = next
  const unknown = { key: object?.key ?? name, size: { min: size, max: size } }
  label.show(granted?.waybill ?? unknown)
  desk?.about(next)
  void sameBytes(next)
  player.show(object)
  drawList(stored, object?.key)
}

async function deliver({ name, completed }: UploadItem): Promise<void> {
  if (!completed) return
  const { key, verifiedBy } = completed
  sent = [key, ...sent]
  const object = await findStored(key)
  if (!object) return
  // Of several files, the page is about the last one.
  const shown = sent.indexOf(subject?.object?.key ?? '')
  if (shown >= 0 && shown < sent.indexOf(key)) return
  const stamp = stampOf(object, verifiedWith(verifiedBy))
  turnTo(subjectOf(name, object))
  label.stamp(stamp)
  result.show(stamp, name)
}

/** @param name - As the user knows it. In the key, it may be another. */
function subjectOf(name: string, object: StoredObject): Subject {
  const { key, size } = object
  return { name, size, object, file: chosenFile(name, size), granted: grants.get(key) }
}

function stampOf({ verdict }: StoredObject, detail = 'Verified'): Stamp {
  if (verdict?.verdict !== 'rejected') return { word: 'STORED', detail }
  return { word: 'REJECTED', detail: verdict.reason.replaceAll('-', ' ') }
}

function chosenFile(name: string, size: number): File | undefined {
  return chosen.findLast((one) => one.name === name && one.size === size)
}

/** Returns the items of all rules, because uploads continue when another rule is selected. */
function items(): readonly UploadItem[] {
  const elements = uploads.querySelectorAll<WaybillUploadElement>('waybill-upload')
  return [...elements].flatMap((one) => one.items)
}

/** Finds the file of an upload that this page is sending, or that it could resume. */
function sending(key: string) {
  const isNamed = ({ name }: { readonly name: string }) => key.endsWith(`/${name}`)
  const unfinished = items().filter(({ state }) => state !== 'done' && state !== 'aborted')
  const file = unfinished.find(isNamed) ?? interrupted.find(isNamed)
  return file && { size: file.size, parts: grants.get(key)?.waybill.parts }
}

function follow(): void {
  const now = items().map(({ state, progress }) => `${state} ${progress.stored}`)
  if (drawn === now.join()) return
  drawn = now.join()
  events.dispatchEvent(new Event('parts'))
}

async function findStored(key: string | undefined): Promise<StoredObject | undefined> {
  await refresh()
  return stored.objects.find((one) => one.key === key)
}

async function refresh(): Promise<void> {
  const away = element('away', HTMLElement)
  asked += 1
  const turn = asked
  const answer = await fetchObjects().catch(() => undefined)
  if (turn < answered) return
  away.hidden = answer !== undefined
  if (answer) {
    answered = turn
    const ours = sent.flatMap((key) => answer.objects.filter((one) => one.key === key))
    stored = { ...answer, objects: [...new Set([...ours, ...answer.objects])] }
    drawList(stored, subject?.object?.key)
  } else {
    // Keep the old list.
    clearTimeout(asking)
    asking = setTimeout(refresh, ASKED_EVERY_MS)
  }
}
