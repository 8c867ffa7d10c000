/**
 * The demo page: it sends files directly to the bucket and plays them from there. This file has the
 * state (uploads, objects, what the stage shows); the other files draw it.
 *
 * @module
 */

import { formatSize } from 'waybill'
import { createUploader, type InterruptedUpload, type Upload } from 'waybill/client'
import type { StoredObject, StoredObjects } from '../src/cli/dev/stored-objects.ts'
import { adviceMeanwhile, adviceOn, maySendAgain } from './advice.ts'
import { createAnnouncer } from './announcer.ts'
import { createBucketList } from './bucket-list.ts'
import { element } from './elements.ts'
import { type ChosenFile, type FileChoice, onFileChoice } from './file-choice.ts'
import { askBeforeLeaving } from './leaving.ts'
import { describeWaiting } from './sending.ts'
import { describeSent, type SentObject } from './sent-object.ts'
import { type Destination, fetchDestination, fetchObjects } from './server.ts'
import { createStage } from './stage.ts'
import { createTrial, type Trial } from './trial.ts'
import { arrivedAs, kinds, verifiedWith } from './words.ts'

const ENDPOINT = '/api/uploads'

const uploader = createUploader({ endpoint: ENDPOINT })
const announcer = createAnnouncer()
const stage = createStage({ pauseOrResume, cancel, again, dismiss })
const showList = createBucketList({ showUpload: show, showObject, resume, forgetInterrupted })
const ruleSelect = element('rule', HTMLSelectElement)

/** Running and failed uploads, the newest first. */
let uploads: readonly Upload[] = []
const files = new WeakMap<Upload, ChosenFile>()
/** Why a request of an upload is being retried. */
const troubles = new WeakMap<Upload, string>()
/**
 * Keys that this page has sent, the newest first. S3's dates are whole seconds, too coarse for the
 * order.
 */
let delivered: readonly string[] = []
/** Sent objects that the server does not list, the newest first. */
let unlisted: readonly StoredObject[] = []
/** Uploads from before the page was loaded. */
let interrupted: readonly InterruptedUpload[] = []
let stored: StoredObjects = { objects: [], count: 0, size: 0 }
/** What the stage shows: an upload, the key of an object, or the prompt (`undefined`). */
let shown: Upload | string | undefined
let trial: Trial | undefined

onFileChoice(element('file', HTMLInputElement), element('label', HTMLElement), take)
setInterval(tick, 1000)
await Promise.all([start(), refresh(), findInterrupted()])

async function start(): Promise<void> {
  try {
    describe(await fetchDestination())
  } catch {
    element('accepted', HTMLElement).textContent =
      'The server does not answer. Check that waybill dev is running, then reload this page.'
  }
}

function describe(destination: Destination): void {
  const { bucket, rules } = destination
  trial = createTrial(ENDPOINT, destination, () => uploads.filter(({ error }) => !error))
  stage.setDestination(`s3://${bucket}`)
  for (const { name } of rules) ruleSelect.add(new Option(name))
  element('rule-choice', HTMLElement).hidden = rules.length < 2
  const sayRule = () => {
    const rule = rules[ruleSelect.selectedIndex]
    if (!rule) return
    element('accepted', HTMLElement).textContent =
      `${kinds(rule.types)}, up to ${formatSize(rule.maxSize)}`
  }
  ruleSelect.addEventListener('change', sayRule)
  sayRule()
}

function take({ files: chosen, folders }: FileChoice): void {
  const [first] = chosen.map(send)
  if (first) show(first)
  else if (folders.length > 0) {
    shown = undefined
    stage.showRefusal({
      title: `${folders.join(', ')} was not sent`,
      message: 'A folder cannot be sent as one file.',
      advice: 'Open it, and drop the files in it.',
      again: false,
    })
  }
}

function send(file: ChosenFile): Upload {
  // Not named where there is no choice: an upload that begins before the rules have come is known
  // by the same name after a reload.
  const rule = ruleSelect.length > 1 ? ruleSelect.value : ''
  const upload = uploader.upload(file, rule ? { rule } : {})
  files.set(upload, file)
  follow(upload)
  return upload
}

function follow(upload: Upload): void {
  uploads = [upload, ...uploads]
  askBeforeLeaving(uploads)
  trial?.watchParts()
  upload.on('retry', ({ error }) => {
    troubles.set(upload, adviceMeanwhile(error))
    change(upload)
  })
  upload.on('progress', () => {
    troubles.delete(upload)
    change(upload)
  })
  upload.on('state', ({ state }) => {
    troubles.delete(upload)
    change(upload)
    askBeforeLeaving(uploads)
    if (state === 'aborted') forget(upload)
    if (state === 'done') void deliver(upload)
    // A running upload is no longer interrupted, nor is one that was aborted.
    void findInterrupted()
  })
}

function change(upload: Upload): void {
  announcer.tell(upload)
  if (shown === upload) show(upload)
  else drawList()
}

async function deliver(upload: Upload): Promise<void> {
  const { key, size, verifiedBy } = await upload.done
  delivered = [key, ...delivered]
  await refresh(upload, { key, name: upload.name, size, file: files.get(upload) })
  const object = stored.objects.find((one) => one.key === key)
  if (object?.verdict?.verdict === 'rejected') {
    announcer.warn(`${object.name}: Rejected, ${object.verdict.message}`)
  }
  if (shown !== upload) return
  if (object) showObject(object, verifiedWith(verifiedBy))
  else show(undefined)
}

function forget(upload: Upload): void {
  uploads = uploads.filter((known) => known !== upload)
  if (shown === upload) show(undefined)
  else drawList()
}

/**
 * Loads the list again. An upload that has `arrived` and its object swap rows in one step, so that
 * nothing moves.
 */
async function refresh(arrived?: Upload, sent?: SentObject): Promise<void> {
  try {
    const listed = await fetchObjects()
    if (sent && !listed.objects.some(({ key }) => key === sent.key)) {
      unlisted = [await describeSent(sent), ...unlisted]
    }
    const objects = [...unlisted, ...listed.objects]
    const ours = delivered.flatMap((key) => objects.filter((one) => one.key === key))
    stored = {
      objects: [...new Set([...ours, ...objects])],
      count: listed.count + unlisted.length,
      size: unlisted.reduce((sum, { size }) => sum + size, listed.size),
    }
  } catch {
    element('summary', HTMLElement).textContent = 'The server does not answer.'
  }
  uploads = uploads.filter((upload) => upload !== arrived)
  drawList()
}

async function findInterrupted(): Promise<void> {
  interrupted = await uploader.interrupted()
  drawList()
}

function resume(earlier: InterruptedUpload): void {
  const upload = earlier.resume()
  interrupted = interrupted.filter((one) => one !== earlier)
  follow(upload)
  show(upload)
}

async function forgetInterrupted(earlier: InterruptedUpload): Promise<void> {
  await earlier.forget()
  await findInterrupted()
}

function show(upload: Upload | undefined): void {
  shown = upload
  if (!upload) stage.showPrompt()
  else if (upload.error) {
    stage.showRefusal({
      title: `${upload.name} was not stored`,
      message: upload.error.message,
      advice: adviceOn(upload.error),
      again: maySendAgain(upload.error) && files.has(upload),
    })
  } else showSending(upload)
  drawList()
}

function showSending(upload: Upload): void {
  const { waiting } = upload
  stage.showSending(
    upload,
    waiting ? describeWaiting(waiting, new Date()) : (troubles.get(upload) ?? ''),
  )
}

/** The seconds to the next try pass without an event. */
function tick(): void {
  const upload = shownUpload()
  if (upload?.waiting) showSending(upload)
}

function showObject(object: StoredObject, status = arrivedAs(object.verdict)): void {
  shown = object.key
  stage.showObject(object, status)
  drawList()
}

function drawList(): void {
  // A failed upload can be retried from its own row.
  const earlier = interrupted.filter(
    ({ name, size }) => !uploads.some((upload) => upload.name === name && upload.size === size),
  )
  showList({ uploads, interrupted: earlier, stored, shown })
}

function shownUpload(): Upload | undefined {
  return typeof shown === 'string' ? undefined : shown
}

function pauseOrResume(): void {
  const upload = shownUpload()
  if (upload?.state === 'paused') upload.resume()
  else upload?.pause()
}

function cancel(): void {
  shownUpload()?.abort()
}

function again(): void {
  const failed = shownUpload()
  const file = failed && files.get(failed)
  if (!failed || !file) return
  forget(failed)
  show(send(file))
}

function dismiss(): void {
  const upload = shownUpload()
  if (upload) forget(upload)
  else show(undefined)
}
