/**
 * The demo page: `<waybill-upload>` sends files directly to the bucket, and the page plays them
 * from there. This file has the state (objects, and which of them is shown); the others draw it.
 *
 * @module
 */

import type { UploadItem } from 'waybill/client'
import 'waybill/element'
import type { WaybillUploadElement } from 'waybill/element'
import type { StoredObject, StoredObjects } from '../packages/waybill/src/cli/dev/stored-objects.ts'
import { createBucketList } from './bucket-list.ts'
import { createDocket } from './docket.ts'
import { element } from './elements.ts'
import { createPlayer } from './player.ts'
import { createRuleChoice } from './rule-choice.ts'
import { fetchDestination, fetchObjects } from './server.ts'
import { createTrial, type Trial } from './trial.ts'
import { arrivedAs, verifiedWith } from './words.ts'

const ENDPOINT = '/api/uploads'
const FOLLOWED_EVERY_MS = 200
/** How often a server that is away is asked again. */
const ASKED_EVERY_MS = 3_000

const uploads = element('uploads', HTMLElement)
const docket = createDocket()
const player = createPlayer({ hide: () => show(undefined) })
const drawList = createBucketList({ show })

/** Keys that this page has sent, the newest first: S3's dates are too coarse for the order. */
let sent: readonly string[] = []
/** Sent objects that the server does not list, the newest first. */
let unlisted: readonly StoredObject[] = []
/** As the server said last. */
let listed: StoredObjects = { objects: [], count: 0, size: 0 }
/** With those that it does not list. */
let stored = listed
let shown: StoredObject | undefined
let trial: Trial | undefined
/** The files that the user chose: the page can show and save them if the server lists nothing. */
let chosen: readonly File[] = []
/** The states that the docket shows. */
let followed = ''
/** What S3 has of each file, as the parts show it. */
let drawn = ''
let asking: ReturnType<typeof setTimeout> | undefined
/** How often the list was asked for, and which of these answers is shown: some come late. */
let asked = 0
let answered = 0

// The element has no event for each state, such as `paused`.
setInterval(follow, FOLLOWED_EVERY_MS)
uploads.addEventListener('waybill-add', ({ detail }) => {
  chosen = [...chosen, ...detail.files]
})
uploads.addEventListener('waybill-stored', ({ detail }) => void deliver(detail.item))
await Promise.all([start(), refresh()])

async function start(): Promise<void> {
  try {
    const destination = await fetchDestination()
    docket.setBucket(destination.bucket)
    createRuleChoice(uploads, destination.rules)
    trial = createTrial(ENDPOINT, destination, () => items().filter(isUnderWay))
  } catch {
    docket.say('No answer: check that waybill dev is running, then reload this page.', 'bad')
  }
}

/** The items of all rules: the uploads of a rule that is not chosen now go on. */
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
    trial?.watchParts()
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
  if (isRejected) element('alarm', HTMLElement).textContent = `${name}: ${arrivedAs(verdict)}`
  show(object, isRejected ? undefined : verifiedWith(verifiedBy))
}

/** Addresses of a file that this page has chosen itself; empty after a reload. */
function urlsOf(name: string, size: number): Pick<StoredObject, 'url' | 'downloadUrl'> {
  const file = chosen.find((one) => one.name === name && one.size === size)
  const url = file ? URL.createObjectURL(file) : ''
  return { url, downloadUrl: url }
}

/**
 * Loads the list again.
 *
 * @param arrived - What was sent, as the page has it. On AWS objects cannot be listed, nor read
 *   before arrival has verified them.
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
    // The list stays as it was.
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
