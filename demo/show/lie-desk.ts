/**
 * Lets people lie to S3. It asks the signer for a form, changes one thing, sends the form to S3, and
 * shows S3's answer. The lies are about a small letter, until the page names another file.
 *
 * @module
 */

import type { CreateResponse, FileDescription } from 'waybill'
import { make } from '../elements.ts'
import { count } from '../words.ts'
import type { Difference, Label, LabelField } from './label.ts'
import {
  LIES,
  type Lie,
  type Signed,
  type Subject,
  sha256Of,
  subjectOf,
  writeLetter,
} from './lies.ts'
import type { Result } from './result.ts'
import { type Answers, failedCondition, readableXml } from './s3-answers.ts'
import { asCurl, type S3Request, type S3Response, send } from './s3-request.ts'
import { hexOf, readWaybill, signedConditions } from './signed-waybill.ts'
import type { Granted } from './watch-grants.ts'

export interface LieDeskOptions {
  /** The signer's base URL. */
  readonly endpoint: string
  /** The base URL of a signer whose forms expire after seconds. Without it, nobody can be late. */
  readonly shortLivedEndpoint?: string | undefined
  readonly rule: string
  /** A content type that the rule accepts. */
  readonly type: string
  /** Whether the rule accepts files that are large enough to be sent in parts. */
  readonly hasParts: boolean
  readonly label: Label
  readonly answers: Answers
  readonly result: Result
  /** Shows how many lies were told, refused and stored. */
  readonly counter: HTMLElement
  /** Names the file that the lies are about. */
  readonly subject?: HTMLElement | undefined
  /** Called when S3 has answered. */
  readonly onAnswer?: () => void
  /** Reads a stored object. Without it, the desk does not read back what a form has stored. */
  readonly read?: (key: string) => Promise<Blob>
  /** @default the platform's */
  readonly fetch?: typeof globalThis.fetch
  /** @default the system's clock */
  readonly now?: () => number
}

export interface LieDesk {
  /**
   * Changes the file that the lies are about.
   *
   * @param sent - The last file. If it was not sent as one form, the lies are about the letter.
   */
  about(sent: SentFile | undefined): Promise<void>
}

export interface SentFile {
  readonly file: File
  readonly granted: Granted
}

/** Large enough to be sent in parts. Nothing of it is sent. */
const IN_PARTS = 17 * 1024 ** 2
/** Larger files take long to send with each lie. */
const MOST_SIZE = 32 * 1024 ** 2
/** A form that expires earlier is not used any more. */
const LEAST_LIFE_MS = 15_000
/** S3's clock may be a little behind ours. */
const LATE_BY_MS = 1_000

interface Prepared {
  readonly signed: Signed
  readonly difference: Difference | undefined
  readonly requests: readonly S3Request[]
}

/** @param root - The empty element that becomes the desk. */
export async function createLieDesk(root: HTMLElement, options: LieDeskOptions): Promise<LieDesk> {
  const { endpoint, shortLivedEndpoint, label, answers, result, onAnswer, read } = options
  const now = options.now ?? Date.now
  const fetch = options.fetch ?? globalThis.fetch.bind(globalThis)
  const letter = await writeLetter(options.type, now())
  let subject = letter
  let rule: string | undefined = options.rule
  const lies = LIES.filter(
    ({ needs }) =>
      (needs !== 'parts' || options.hasParts) &&
      (needs !== 'short-lived form' || shortLivedEndpoint !== undefined),
  )
  const view = createView(root, options.counter, lies)
  let lie = lies[0]
  /** The form on the label, until it has been used. */
  let unused: Signed | undefined
  /** A multipart upload to abort when it is no longer needed. */
  let open: Signed | undefined
  let told = 0
  let refused = 0
  let stored = 0
  let turn = 0

  const ask = async (kind: Lie['needs']): Promise<Signed> => {
    const from = kind === 'short-lived form' ? (shortLivedEndpoint ?? endpoint) : endpoint
    const asked = subject
    const { name, type, content, sha256 } = asked
    const isFilm = kind === 'parts'
    const file = isFilm
      ? { name: 'film.mp4', type: options.type, size: IN_PARTS }
      : { name, type, size: content.blob.size, sha256 }
    const grant = await askSigner(fetch, from, isFilm ? options.rule : rule, file)
    return { subject: asked, grant, waybill: readWaybill(file, grant) }
  }
  const signedFor = async (kind: Lie['needs'] = 'form'): Promise<Signed> => {
    const left = (unused?.waybill.expiration.getTime() ?? 0) - now()
    const isOurs = unused?.subject === subject
    if (kind === 'form' && unused && isOurs && left > LEAST_LIFE_MS) return unused
    const signed = await ask(kind)
    if (kind === 'form') unused = signed
    if (kind === 'parts') {
      if (open) void abort(fetch, endpoint, open)
      open = signed
    }
    return signed
  }
  /** Shows what will be sent. Returns `undefined` if another lie was chosen meanwhile. */
  const prepare = async (
    chosen: Lie,
    needs: Lie['needs'] = chosen.needs,
  ): Promise<Prepared | undefined> => {
    turn += 1
    const mine = turn
    const signed = await signedFor(needs)
    const [requests, difference] = await Promise.all([
      chosen.requests(signed),
      chosen.difference(signed),
    ])
    if (mine !== turn) return undefined
    label.show(signed.waybill)
    label.mark(difference)
    answers.expect(signedConditions(signed.grant))
    return { signed, difference, requests }
  }
  const choose = (chosen: Lie) => {
    lie = chosen
    result.say(aboutText(chosen))
    // A form that lives for seconds is signed when it is sent.
    return prepare(chosen, chosen.needs === 'short-lived form' ? 'form' : chosen.needs)
  }
  const tell = async (chosen: Lie) => {
    const prepared = await prepare(chosen)
    if (!prepared) return
    const { waybill, subject } = prepared.signed
    if (chosen.needs === 'short-lived form') {
      const ms = waybill.expiration.getTime() + LATE_BY_MS - now()
      result.say('Signed for four seconds. Waiting until they are over …')
      await new Promise((resolve) => setTimeout(resolve, ms))
    } else result.say('Sending …')
    const sent: S3Response[] = []
    for (const request of prepared.requests) sent.push(await send(fetch, request))
    const readBack = chosen.isReplay && read ? await compareStored(read, waybill.key, subject) : ''
    judge(chosen, prepared, sent, readBack)
  }
  const judge = (
    chosen: Lie,
    { signed, difference }: Prepared,
    sent: readonly S3Response[],
    readBack: string,
  ) => {
    const last = sent.at(-1)
    if (!last) return
    const { status, code, body } = last
    const isStored = status < 300
    const isRefused = status >= 400 && status < 500
    if (isStored || sent.length > 1) unused = undefined
    if (chosen.id !== 'truth') {
      told += 1
      refused += Number(isRefused)
      stored += Number(isStored)
    }
    view.count({ told, refused, stored })
    // Meanwhile, the page may have sent another file.
    label.show(signed.waybill)
    label.mark(difference)
    const detail = [status, code].filter(Boolean).join(' ')
    if (isRefused || isStored) {
      const stamp = { word: isStored ? 'STORED' : 'REFUSED', detail } as const
      label.stamp(stamp)
      result.show(stamp, isStored ? storedText(difference) : refusedText(difference))
    } else
      result.say(`S3 answered ${detail}. That is the connection, not a verdict: send it again.`)
    answers.show({
      text: transcript(sent, readableXml) + readBack,
      marked: failedCondition(readableXml(body)),
      raw: transcript(sent, (xml) => xml),
    })
    onAnswer?.()
  }
  const sayFailure = (error: unknown) =>
    result.say(`It was not sent: ${error instanceof Error ? error.message : String(error)}`)
  const guarded = (work: () => Promise<unknown>) => async () => {
    view.setBusy(true)
    await work().catch(sayFailure)
    view.setBusy(false)
  }
  const copy = async () => {
    const prepared = lie && (await prepare(lie))
    if (!prepared) return
    const { expiration } = prepared.signed.waybill
    await navigator.clipboard.writeText(asCurl(prepared.requests, expiration))
    result.say(`Copied. Its signature works until ${expiration.toLocaleTimeString('en-GB')}.`)
  }
  view.onChoose((id) => {
    const chosen = lies.find((one) => one.id === id)
    if (chosen) choose(chosen).catch(sayFailure)
  })
  view.onSend(guarded(async () => lie && tell(lie)))
  view.onCopy(guarded(copy))
  view.count({ told, refused, stored })
  result.say(aboutText(lie))
  if (lie) await prepare(lie).catch(sayFailure)
  return {
    about: async (sent) => {
      const isSuitable = sent?.granted.grant.strategy === 'post' && sent.file.size <= MOST_SIZE
      const next = isSuitable ? await subjectOf(sent.file, sent.granted.waybill.type) : letter
      if (next === subject) return
      subject = next
      rule = isSuitable ? sent.granted.rule : options.rule
      if (options.subject) nameSubject(options.subject, isSuitable ? next.name : undefined)
      if (isSuitable) answers.expect(signedConditions(sent.granted.grant))
    },
  }
}

function nameSubject(place: HTMLElement, name = 'a small letter'): void {
  place.textContent = name
  place.title = name
}

async function askSigner(
  fetch: typeof globalThis.fetch,
  endpoint: string,
  rule: string | undefined,
  file: FileDescription,
) {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ rule, files: [file] }),
  })
  const answer: CreateResponse = await response.json()
  const [grant] = answer.uploads ?? []
  if (grant && 'strategy' in grant) return grant
  const error = grant?.error ?? ('error' in answer ? answer.error : undefined)
  throw new Error(`the signer refused the file: ${JSON.stringify(error)}`)
}

async function abort(
  fetch: typeof globalThis.fetch,
  endpoint: string,
  { grant }: Signed,
): Promise<void> {
  if (grant.strategy !== 'multipart') return
  const { waybill, uploadId } = grant
  const init = { method: 'POST', headers: { 'content-type': 'application/json' } }
  const body = JSON.stringify({ waybill, uploadId })
  // The bucket's lifecycle rule removes an upload that cannot be aborted.
  await fetch(`${endpoint}/abort`, { ...init, body }).catch(() => undefined)
}

/** Reads the object that the form has stored, and compares it with the file. */
async function compareStored(
  read: (key: string) => Promise<Blob>,
  key: string,
  { sha256 }: Subject,
): Promise<string> {
  const found = await sha256Of(await read(key))
  const word = found === sha256 ? 'unchanged' : 'CHANGED'
  const hash = hexOf(found).slice(0, 16)
  return `\n\nRead back from the bucket: SHA-256 ${hash}…, ${word}`
}

function transcript(answers: readonly S3Response[], format: (body: string) => string): string {
  return answers
    .map(({ status, statusText, body }) => `${status} ${statusText}\n${format(body)}`.trim())
    .join('\n\n')
}

function storedText(difference: Difference | undefined): string {
  return difference
    ? 'This is a bug in Waybill. Please report it.'
    : 'It is exactly what was signed.'
}

const REFUSALS: Readonly<Record<LabelField, string>> = {
  key: 'The name is not what was signed.',
  size: 'The size is not what was signed.',
  type: 'The type is not what was signed.',
  sha256: 'The content is not what was signed.',
  expires: 'The signature had expired.',
  permits: 'The signature is for something else.',
}

function refusedText(difference: Difference | undefined): string {
  return difference ? REFUSALS[difference.field] : 'It is what was signed: please report this.'
}

function aboutText(lie: Lie | undefined): string {
  return lie ? `Not sent yet: ${lie.about}.` : ''
}

interface Counts {
  readonly told: number
  readonly refused: number
  readonly stored: number
}

function createView(root: HTMLElement, counter: HTMLElement, lies: readonly Lie[]) {
  const choices = make('fieldset', {}, make('legend', { className: 'unseen' }, 'The lie'))
  for (const [index, { id, name }] of lies.entries()) {
    const input = make('input', { type: 'radio', name: 'lie', value: id, checked: index === 0 })
    choices.append(make('label', {}, input, name))
  }
  const sendButton = make('button', { type: 'button' }, 'Send to S3')
  const copyButton = make('button', { type: 'button', className: 'quiet' }, 'Copy as curl')
  const actions = make('div', { className: 'actions' }, sendButton, copyButton)
  root.append(choices, actions)
  return {
    setBusy: (isBusy: boolean) => {
      for (const one of [sendButton, copyButton]) one.ariaDisabled = String(isBusy)
    },
    count: ({ told, refused, stored }: Counts) => {
      counter.textContent = `${count(told, 'lie')} told, ${refused} refused, ${stored} stored`
    },
    onChoose: (choose: (id: string) => void) => {
      choices.addEventListener('change', ({ target }) => {
        if (target instanceof HTMLInputElement) choose(target.value)
      })
    },
    onSend: (listener: () => void) => onPress(sendButton, listener),
    onCopy: (listener: () => void) => onPress(copyButton, listener),
  }
}

/** A busy button stays focusable, and does nothing. */
function onPress(pressed: HTMLButtonElement, listener: () => void): void {
  pressed.addEventListener('click', () => {
    if (pressed.ariaDisabled !== 'true') listener()
  })
}
