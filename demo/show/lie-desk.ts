/**
 * Lets people lie to S3. It changes one thing of what the signer signed for the page's file, sends
 * it to S3, and shows S3's answer. It lies about a small letter if the page has no file that was
 * sent as one form.
 *
 * @module
 */

import type { CreateResponse, FileDescription } from 'waybill'
import { make } from '../elements.ts'
import { count } from '../words.ts'
import type { Difference, Label, LabelField } from './label.ts'
import { LIES, type Lie, type Signed, sha256Of } from './lies.ts'
import type { Result } from './result.ts'
import { type Answers, failedCondition, readableXml } from './s3-answers.ts'
import { asCurl, contentOf, quoted, type S3Request, type S3Response, send } from './s3-request.ts'
import { readWaybill, signedConditions } from './signed-waybill.ts'
import type { Granted, Subject } from './watch-grants.ts'

export interface LieDeskOptions {
  /** The signer's base URL. */
  readonly endpoint: string
  /** The base URL of a signer whose forms expire after seconds. Without it, nobody can be late. */
  readonly shortLivedEndpoint?: string | undefined
  readonly rule: string
  /** A content type that the rule accepts. */
  readonly type: string
  /** Whether the rule accepts films that are large enough to be sent in parts. */
  readonly hasFilms: boolean
  readonly label: Label
  readonly answers: Answers
  readonly result: Result
  /** Shows how many lies were told, refused and stored. */
  readonly counter: HTMLElement
  /** Names the file that the lies are about. */
  readonly subject: HTMLElement
  /** Makes the whole page be about a file, also the desk: see {@link LieDesk.about}. */
  readonly turnTo: (subject: Subject) => void
  /** Called when S3 has answered. */
  readonly onAnswer?: (subject: Subject) => void
  /** Reads a stored object. Without it, the desk does not read back what a form has stored. */
  readonly read?: (key: string) => Promise<Blob>
  /** @default the platform's */
  readonly fetch?: typeof globalThis.fetch
  /** @default the system's clock */
  readonly now?: () => number
}

export interface LieDesk {
  /** Tells what the page is about. */
  about(subject: Subject): void
}

/** Large enough to be sent in parts. Nothing of it is sent. */
const FILM = { name: 'film.mp4', type: 'video/mp4', size: 17 * 1024 ** 2 }
/** Larger files take long to send with each lie. */
const MOST_SIZE = 32 * 1024 ** 2
/** A form that expires earlier is not used any more. */
const LEAST_LIFE_MS = 15_000
/** S3's clock may be a little behind ours. */
const LATE_BY_MS = 1_000

type SignedSubject = Subject & { readonly granted: Granted }
type Liable = Subject & { readonly file: Blob }

interface Prepared {
  readonly subject: SignedSubject
  readonly difference: Difference | undefined
  readonly requests: readonly S3Request[]
}

/** @param root - The empty element that becomes the desk. */
export function createLieDesk(root: HTMLElement, options: LieDeskOptions): LieDesk {
  const { endpoint, shortLivedEndpoint, label, answers, result, onAnswer, read } = options
  const now = options.now ?? Date.now
  const fetch = options.fetch ?? globalThis.fetch.bind(globalThis)
  const text = `I am exactly what was signed, on ${new Date(now()).toISOString()}`
  const letter = new File([text], 'letter.txt', { type: options.type })
  const lies = LIES.filter(
    ({ needs }) =>
      (needs !== 'parts' || options.hasFilms) &&
      (needs !== 'short-lived form' || shortLivedEndpoint !== undefined),
  )
  const view = createView(root, options.counter, lies)
  let lie = lies[0]
  let lastLetter: Liable = { name: letter.name, size: letter.size, file: letter }
  /** The file to lie about. */
  let about = lastLetter
  /** What the page is about. It may be a film. */
  let current: Subject | undefined
  /** A multipart upload to abort when it is no longer needed. */
  let open: Granted | undefined
  let [told, refused, stored, turn] = [0, 0, 0, 0]

  const ask = async (from: string, asked: Liable): Promise<SignedSubject> => {
    const { name, size, file, granted } = asked
    const rule = granted ? granted.rule : options.rule
    const type = granted?.waybill.type ?? options.type
    const sha256 = granted?.waybill.sha256 ?? (await sha256Of(file))
    const description = { name, size, type, sha256 }
    const grant = await askSigner(fetch, from, rule, description)
    const waybill = readWaybill(description, grant)
    return { name, size, file, granted: { grant, waybill, rule } }
  }
  const askForParts = async (): Promise<SignedSubject> => {
    const grant = await askSigner(fetch, endpoint, options.rule, FILM)
    if (open) void abort(fetch, endpoint, open)
    open = { grant, waybill: readWaybill(FILM, grant) }
    return { name: FILM.name, size: FILM.size, granted: open }
  }
  const signedFor = async ({ id, titles }: Lie, needs: Lie['needs']): Promise<SignedSubject> => {
    if (needs === 'parts') return askForParts()
    if (needs === 'short-lived form') return ask(shortLivedEndpoint ?? endpoint, about)
    const { granted, object } = about
    const left = (granted?.waybill.expiration.getTime() ?? 0) - now()
    // The file would be stored where it already is.
    const isSpent = object !== undefined && (id === 'truth' || titles !== undefined)
    return granted && left > LEAST_LIFE_MS && !isSpent
      ? { ...about, granted }
      : ask(endpoint, about)
  }
  const prepare = async (
    chosen: Lie,
    needs = chosen.needs,
    isWanted = () => true,
  ): Promise<Prepared | undefined> => {
    const subject = await signedFor(chosen, needs)
    const signed = signedOf(subject)
    const [requests, difference] = await Promise.all([
      chosen.requests(signed),
      chosen.difference(signed),
    ])
    if (!isWanted()) return undefined
    if (subject.granted !== current?.granted) options.turnTo(subject)
    return { subject, difference, requests }
  }
  const signedOf = ({ name, file = letter, granted }: SignedSubject): Signed => {
    // A name that begins with a hyphen would be an option.
    const shell = file === letter ? `printf %s ${quoted(text)}` : `cat ${quoted(`./${name}`)}`
    return { content: contentOf(file, shell), ...granted }
  }
  /** Shows what will be sent, unless another lie or another file was chosen meanwhile. */
  const choose = async (chosen: Lie, isFirst = false) => {
    lie = chosen
    turn += 1
    const mine = turn
    result.say(`Not sent yet: ${chosen.about}.`)
    // A form that lives for seconds is signed when it is sent.
    const isLate = chosen.needs === 'short-lived form'
    const prepared = await prepare(chosen, isLate ? 'form' : chosen.needs, () => mine === turn)
    if (!prepared) return
    answers.expect(signedConditions(prepared.subject.granted.grant))
    label.mark(isFirst || isLate ? undefined : prepared.difference)
  }
  const tell = async (chosen: Lie) => {
    const prepared = await prepare(chosen)
    if (!prepared) return
    label.mark(undefined)
    const { waybill } = prepared.subject.granted
    if (chosen.needs === 'short-lived form') {
      const ms = waybill.expiration.getTime() + LATE_BY_MS - now()
      result.say('Signed for four seconds. Waiting until they are over …')
      await new Promise((resolve) => setTimeout(resolve, ms))
    } else result.say('Sending …')
    const sent: S3Response[] = []
    for (const request of prepared.requests) sent.push(await send(fetch, request))
    const proof = chosen.titles && read ? await compareStored(read, waybill) : ''
    judge(chosen, prepared, sent, proof)
  }
  const judge = (
    chosen: Lie,
    { subject, difference }: Prepared,
    sent: readonly S3Response[],
    proof: string,
  ) => {
    const last = sent.at(-1)
    if (!last) return
    const { status, code, body } = last
    const isStored = status < 300
    const isRefused = status >= 400 && status < 500
    if (chosen.id !== 'truth') {
      told += 1
      refused += Number(isRefused)
      stored += Number(isStored)
    }
    view.count({ told, refused, stored })
    // Meanwhile, the page may have sent another file.
    if (subject.granted !== current?.granted) options.turnTo(subject)
    label.mark(difference)
    const detail = [status, code].filter(Boolean).join(' ')
    if (isRefused || isStored) {
      const stamp = { word: isStored ? 'STORED' : 'REFUSED', detail } as const
      label.stamp(stamp)
      result.show(stamp, (isStored ? storedText(difference) : refusedText(difference)) + proof)
    } else
      result.say(`S3 answered ${detail}. That is the connection, not a verdict: send it again.`)
    answers.show({
      text: transcript(sent, readableXml, chosen.titles),
      marked: failedCondition(readableXml(body)),
      raw: transcript(sent, (xml) => xml),
    })
    onAnswer?.(subject)
  }
  const sayFailure = (error: unknown) =>
    result.say(`It was not sent: ${error instanceof Error ? error.message : String(error)}`)
  const guarded = (work: () => Promise<unknown>) => async () => {
    turn += 1
    view.setBusy(true)
    await work().catch(sayFailure)
    view.setBusy(false)
  }
  const copy = async () => {
    const prepared = lie && (await prepare(lie))
    if (!prepared) return
    const { expiration } = prepared.subject.granted.waybill
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
  if (lie) choose(lie, true).catch(sayFailure)
  return {
    about: (subject) => {
      const isOther = subject.granted !== current?.granted || !subject.granted
      current = subject
      if (isOther) {
        turn += 1
        answers.expect(signedConditions(subject.granted?.grant))
      }
      // The next lie is about the file again.
      if (open && subject.granted === open) return
      about = canLieAbout(subject) ? subject : lastLetter
      if (about.file === letter) lastLetter = about
      options.subject.textContent = about.file === letter ? 'a small letter' : about.name
      options.subject.title = about.name
    },
  }
}

function canLieAbout(subject: Subject): subject is Liable {
  const { file, size, granted } = subject
  const isForm = granted?.grant.strategy === 'post' && granted.waybill.sha256 !== undefined
  return file !== undefined && isForm && size <= MOST_SIZE
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
  { grant }: Granted,
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
  { key, sha256 }: Granted['waybill'],
): Promise<string> {
  const found = await sha256Of(await read(key))
  const word = found === sha256 ? 'unchanged' : 'CHANGED'
  return ` Read back: ${word}.`
}

function transcript(
  answers: readonly S3Response[],
  format: (body: string) => string,
  titles: readonly string[] = [],
): string {
  return answers
    .map(({ status, statusText, body }, index) => {
      const lines = [titles[index], `${status} ${statusText}`, format(body)]
      return lines.filter(Boolean).join('\n')
    })
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
