/**
 * The demo page: `<waybill-upload>` sends files directly to the bucket, and the page plays them
 * from there. This file has the state (objects, and which of them is shown); the others draw it.
 *
 * @module
 */

import type { UploadItem } from 'waybill/client'
import 'waybill/element'
import type { WaybillUploadElement } from 'waybill/element'
import type { StoredObject, StoredObjects } from '../src/cli/dev/stored-objects.ts'
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

const uploads = element('uploads', HTMLElement)
const docket = createDocket()
const player = createPlayer({ hide: () => show(undefined) })
const drawList = createBucketList({ show })

/** Keys that this page has sent, the newest first: S3's dates are too coarse for the order. */
let sent: readonly string[] = []
/** Sent objects that the server does not list, the newest first. */
let unlisted: readonly StoredObject[] = []
let stored: StoredObjects = { objects: [], count: 0, size: 0 }
let shown: StoredObject | undefined
let trial: Trial | undefined
/** The files that the user chose: the page can show and save them if the server lists nothing. */
let chosen: readonly File[] = []
/** The states that the docket shows. */
let followed = ''

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
  if (states === followed) return
  followed = states
  docket.tell(items())
  trial?.watchParts()
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
  try {
    const listed = await fetchObjects()
    const isListed = listed.objects.some(({ key }) => key === arrived?.key)
    if (arrived && !isListed) unlisted = [arrived, ...unlisted]
    const objects = [...unlisted, ...listed.objects]
    const ours = sent.flatMap((key) => objects.filter((one) => one.key === key))
    stored = {
      objects: [...new Set([...ours, ...objects])],
      count: listed.count + unlisted.length,
      size: unlisted.reduce((sum, { size }) => sum + size, listed.size),
    }
  } catch {
    element('summary', HTMLElement).textContent = 'The server does not answer.'
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
