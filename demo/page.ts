/**
 * The demo page: `<waybill-upload>` sends files directly to the bucket, and the page plays them
 * from there. This file holds the page's state, and the other files render it.
 *
 * @module
 */

import { createUploader, type UploadItem } from 'waybill/client'
import 'waybill/element'
import type { WaybillUploadElement } from 'waybill/element'
import type { StoredObject, StoredObjects } from '../packages/waybill-cli/src/dev/stored-objects.ts'
import { createBucketList } from './bucket-list.ts'
import { createDocket } from './docket.ts'
import { element } from './elements.ts'
import { createPlayer } from './player.ts'
import { createRuleChoice } from './rule-choice.ts'
import { fetchDestination, fetchObjects } from './server.ts'
import { createLabel } from './show/label.ts'
import { createResult } from './show/result.ts'
import { type Granted, watchGrants } from './show/watch-grants.ts'
import { createTrial, type Trial } from './trial.ts'
import { arrivedAs, verifiedWith } from './words.ts'

const ENDPOINT = '/api/uploads'
const FOLLOWED_EVERY_MS = 200
const ASKED_EVERY_MS = 3_000

/** How many grants of this page's uploads to remember. */
const MOST_GRANTS = 500

const uploads = element('uploads', HTMLElement)
const label = createLabel(element('label', HTMLElement))
const result = createResult(element('result', HTMLElement))
const grants = new Map<string, Granted>()
const events = new EventTarget()
const docket = createDocket()
const player = createPlayer({ hide: () => show(undefined) })
const drawList = createBucketList({
  show: (object) => {
    show(object)
    player.reveal()
  },
})
/** The list and the bucket use the same word for the same verdict. */
const words = { verified: 'Verified' }

/** Keys that this page has sent, newest first, because S3's dates don't define their order. */
let sent: readonly string[] = []
/** Sent objects that the server does not list yet, newest first. */
let unlisted: readonly StoredObject[] = []
let listed: StoredObjects = { objects: [], count: 0, size: 0 }
/** The server's list, plus the sent objects that it lacks. */
let stored = listed
let shown: StoredObject | undefined
let trial: Trial | undefined
/** Files that the user chose. The page can show and save them even if the server lists nothing. */
let chosen: readonly File[] = []
let followed = ''
/** The progress of each file when the parts were last drawn. */
let drawn = ''
let asking: ReturnType<typeof setTimeout> | undefined
/** The list requests are numbered: the last one sent, and the one whose response is shown. */
let asked = 0
let answered = 0

const fetch = watchGrants(
  (...request) => globalThis.fetch(...request),
  ENDPOINT,
  (granted) => {
    if (grants.size >= MOST_GRANTS) grants.clear()
    grants.set(granted.waybill.key, granted)
    label.show(granted.waybill)
  },
)
const uploader = createUploader({ endpoint: ENDPOINT, fetch })
for (const one of uploads.getElementsByTagName('waybill-upload')) {
  Object.assign(one, { uploader, words })
}
// The element does not fire an event for every state, for example `paused`.
setInterval(follow, FOLLOWED_EVERY_MS)
uploads.addEventListener('waybill-add', ({ detail }) => {
  chosen = [...chosen, ...detail.files]
  const newest = detail.files.at(-1)
  if (newest) trial?.before(newest)
})
uploads.addEventListener('waybill-stored', ({ detail }) => void deliver(detail.item))
void leaveRoomForInterrupted()
await Promise.all([start(), refresh()])

async function start(): Promise<void> {
  try {
    const destination = await fetchDestination()
    docket.setBucket(destination.bucket)
    createRuleChoice(uploads, destination.rules, { uploader, words })
    trial = createTrial({
      endpoint: ENDPOINT,
      destination,
      label,
      result,
      running: () => items().filter(isUnderWay),
      events,
      read,
      onAnswer: () => void refresh(),
    })
  } catch {
    docket.say('No answer: check that waybill dev is running, then reload this page.', 'bad')
  }
}

/** The list of interrupted uploads needs the space that the drop zone fills otherwise. */
async function leaveRoomForInterrupted(): Promise<void> {
  const found = await uploader.interrupted().catch(() => [])
  uploads.classList.toggle('interrupted', found.length > 0)
}

/** Returns the items of all rules, because uploads continue when another rule is selected. */
function items(): readonly UploadItem[] {
  const elements = uploads.querySelectorAll<WaybillUploadElement>('waybill-upload')
  return [...elements].flatMap((one) => one.items)
}

function statesNow(): string {
  return items()
    .map(({ id, state }) => `${id} ${state}`)
    .join()
}

function isUnderWay({ state }: UploadItem): boolean {
  return state !== 'done' && state !== 'failed' && state !== 'aborted' && state !== 'ready'
}

function follow(): void {
  const states = statesNow()
  const storedNow = items().map(({ progress }) => progress.stored)
  if (drawn !== `${states} ${storedNow}`) {
    drawn = `${states} ${storedNow}`
    events.dispatchEvent(new Event('parts'))
  }
  if (states === followed) return
  followed = states
  docket.tell(items())
}

async function deliver({ name, size, completed }: UploadItem): Promise<void> {
  if (!completed) return
  const { key, verifiedBy } = completed
  sent = [key, ...sent]
  await refresh({ key, name, size, lastModified: new Date().toISOString(), ...urlsOf(name, size) })
  const object = stored.objects.find((one) => one.key === key)
  const { verdict } = object ?? {}
  const isRejected = verdict?.verdict === 'rejected'
  const stamp = isRejected
    ? ({ word: 'REJECTED', detail: verdict.reason.replaceAll('-', ' ') } as const)
    : ({ word: 'STORED', detail: verifiedWith(verifiedBy) } as const)
  result.show(stamp, name)
  const granted = grants.get(key)
  // An upload from before a reload was signed for then.
  if (granted) {
    label.show(granted.waybill)
    label.stamp(stamp)
  }
  const file = chosenFile(name, size)
  void trial?.sent(granted && file ? { file, granted } : undefined)
  // Without the server's URL, these would be the bytes of the chosen file.
  if (object && !object.url.startsWith('blob:')) trial?.after(object)
  if (isRejected) element('alarm', HTMLElement).textContent = `${name}: ${arrivedAs(verdict)}`
  show(object, isRejected ? undefined : verifiedWith(verifiedBy))
}

async function read(key: string): Promise<Blob> {
  const { objects } = await fetchObjects()
  const object = objects.find((one) => one.key === key)
  if (!object) throw new Error(`the bucket has no ${key}`)
  return (await globalThis.fetch(object.url, { cache: 'no-store' })).blob()
}

function chosenFile(name: string, size: number): File | undefined {
  return chosen.findLast((one) => one.name === name && one.size === size)
}

/** Returns URLs for a file that the user chose in this page. They are empty after a reload. */
function urlsOf(name: string, size: number): Pick<StoredObject, 'url' | 'downloadUrl'> {
  const file = chosenFile(name, size)
  const url = file ? URL.createObjectURL(file) : ''
  return { url, downloadUrl: url }
}

/**
 * @param arrived - The object that the page has just sent. On AWS, it cannot be listed, and it
 *   cannot be read before it is verified.
 */
async function refresh(arrived?: StoredObject): Promise<void> {
  if (arrived) unlisted = [arrived, ...unlisted]
  const away = element('away', HTMLElement)
  asked += 1
  const turn = asked
  try {
    const answer = await fetchObjects()
    if (turn < answered) return
    answered = turn
    listed = answer
    away.hidden = true
  } catch {
    if (turn < answered) return
    // Keep the old list.
    away.hidden = false
    clearTimeout(asking)
    asking = setTimeout(refresh, ASKED_EVERY_MS)
  }
  unlisted = unlisted.filter((one) => !listed.objects.some(({ key }) => key === one.key))
  const objects = [...unlisted, ...listed.objects]
  const ours = sent.flatMap((key) => objects.filter((one) => one.key === key))
  stored = {
    objects: [...new Set([...ours, ...objects])],
    count: listed.count + unlisted.length,
    size: unlisted.reduce((sum, { size }) => sum + size, listed.size),
  }
  drawList(stored, shown?.key)
}

function show(object: StoredObject | undefined, status?: string): void {
  shown = object
  followed = statesNow()
  player.show(object)
  drawList(stored, object?.key)
  if (object) {
    const isBad = object.verdict?.verdict === 'rejected'
    docket.say(status ?? arrivedAs(object.verdict), isBad ? 'bad' : 'good', object.key)
  } else docket.tell(items())
}
