/**
 * What the rows of files, the total and the avatar have in common: thumbnail, progress, the offered
 * action, and what to tell the website's owner or developer.
 *
 * @module
 */

import { css, html, nothing, type TemplateResult } from 'lit'
import { isRefused, type UploadItem } from '../../../client/list/upload-list.ts'
import { isUnderWay, NEXT_ACTION, type UploadAction } from '../../../client/upload/upload-state.ts'
import { whose } from '../../../protocol/upload-error.ts'
import { referenceOf } from '../../words/failure-words.ts'
import { isLong } from '../../words/state-words.ts'
import type { Texts } from '../../words/texts.ts'
import { type IconName, icon } from '../icons.ts'
import type { ViewModel } from '../view-model.ts'

/**
 * Renders the image, a video frame, or an icon. The icon is behind the preview, so it is visible if
 * the preview cannot be decoded. Screen readers need no text for it: the file's name is next to it.
 */
export function renderThumbnail(
  { type, name, previewUrl }: Pick<UploadItem, 'type' | 'name'> & Partial<UploadItem>,
  state: string,
): TemplateResult {
  const kind = kindIcon(type, name)
  return html`<div class="thumb ${kind}" part="thumbnail ${state}">${icon(kind)}${preview(type, previewUrl)}</div>`
}

/** The first match counts. Office formats contain `document` and `xml`, whatever they are. */
const KINDS: readonly (readonly [RegExp, IconName])[] = [
  [/^image\//, 'image'],
  [/^video\//, 'video'],
  [/^audio\//, 'audio'],
  [/pdf/, 'pdf'],
  [/sheet|excel|csv|\.(?:xlsx?|ods|numbers)$/, 'sheet'],
  [/presentation|powerpoint|\.(?:pptx?|odp|key)$/, 'slides'],
  [/zip|tar|compressed|7z|rar/, 'archive'],
  [/document|word|rtf|\.(?:docx?|odt|pages|md)$/, 'text'],
  [/json|xml|html|css|script|yaml|\.(?:[jt]sx?|vue|py|rb|go|rs|java|c|cpp|h|sh|sql)$/, 'code'],
  [/^text\//, 'text'],
]

/** The browser knows no type for many files. Their extension decides. */
function kindIcon(type: string, name: string): IconName {
  const kind = (type === 'application/octet-stream' ? '' : type) || name.toLowerCase()
  return KINDS.find(([pattern]) => pattern.test(kind))?.[1] ?? 'file'
}

function preview(type: string, url: string | undefined) {
  if (!url) return nothing
  if (!type.startsWith('video/')) {
    return html`<img src=${url} alt="" loading="lazy" decoding="async" @error=${removePreview} />`
  }
  // At 0.5 s, because the first frame is often black.
  return html`<video
    src="${url}#t=0.5"
    preload="metadata"
    muted
    playsinline
    tabindex="-1"
    aria-hidden="true"
    @error=${removePreview}
  ></video>`
}

function removePreview({ currentTarget }: Event): void {
  if (currentTarget instanceof HTMLElement) currentTarget.remove()
}

/** Fractions of the total size, from 0 to 1. */
interface Shares {
  readonly sent: number
  /** Drawn on top of `sent`, so that only what is not stored yet appears lighter. */
  readonly stored: number
}

interface BarTexts {
  readonly label: string
  readonly valueText: string
  /** Added to the bars' parts. */
  readonly state: string
}

/** Never exceeds `fraction`, so that the stored fraction reaches 1 only at the end. */
export function shareOf(
  stored: number,
  all: { readonly fraction: number; readonly size: number },
): number {
  return all.size > 0 ? Math.min(all.fraction, stored / all.size) : all.fraction
}

/**
 * Renders a native `<progress>`, which assistive technology supports and which follows the text
 * direction. A second one on top shows how much is stored.
 */
export function renderBar({ sent, stored }: Shares, { label, valueText, state }: BarTexts) {
  return html`<div class="bars">
    <progress part="bar ${state}" max="1" .value=${sent} aria-label=${label} aria-valuetext=${valueText}></progress>
    <progress part="stored-bar ${state}" class="stored" max="1" .value=${stored} aria-hidden="true"></progress>
  </div>`
}

/** Sizes are in bytes, `rate` is in bytes per second, and `left` is in seconds. */
interface Figures {
  readonly sent: number
  readonly size: number
  readonly rate: number | undefined
  readonly left: number | undefined
}

export function renderFigures(
  { sent, size, rate, left }: Figures,
  texts: Texts,
  words?: string,
): TemplateResult {
  const figures = {
    amount: words ?? texts.amount(sent, size),
    rate: rate !== undefined && texts.rate(rate),
    left: left !== undefined && texts.say('left', { time: texts.duration(left) }),
    // On a phone, instead of `left`.
    time: left !== undefined && texts.duration(left),
  }
  return html`${Object.entries(figures).map(([name, text]) =>
    text ? html`<bdi class=${name}>${text}</bdi>` : nothing,
  )}`
}

/** If the user has to wait this long, the row offers no retry, because it would only fail again. */
const LATER_SECONDS = 3600

export function actionOf({ state, error }: UploadItem): UploadAction | undefined {
  if (isRefused(error) || error?.code === 'FORBIDDEN') return undefined
  if ((error?.details?.retryAfterSeconds ?? 0) >= LATER_SECONDS) return undefined
  return NEXT_ACTION[state]
}

/** What removing the item means: its upload is canceled, or has failed, or there is none. */
export function removalOf({ state }: UploadItem): 'cancel' | 'dismiss' | 'remove' {
  if (isUnderWay(state)) return 'cancel'
  return state === 'failed' || state === 'aborted' ? 'dismiss' : 'remove'
}

/** Also for an upload that has been waiting for long. */
export function renderReference({ error, waiting }: UploadItem, { texts, now }: ViewModel) {
  const cause = waiting && isLong(waiting, now) ? waiting.error : error
  const text = cause ? referenceOf(cause, waiting && true) : ''
  if (!text) return nothing
  return html`<small class="reference" part="reference"
    ><span class="label">${texts.say('reference', { id: '' })}</span
    ><bdi class="id" dir="ltr">${text}</bdi></small
  >`
}

/** The message is for the page's developer and is not translated. */
export function renderMessage({ error, waiting }: UploadItem, { isLocal, now }: ViewModel) {
  // Not shown during a short outage, because it would move the rows.
  const isLikely = waiting && (!waiting.error?.retryable || isLong(waiting, now))
  const cause = error ?? (isLikely ? waiting.error : undefined)
  if (!isLocal || !cause || whose(cause) !== 'site') return nothing
  return html`<div class="message" part="message" lang="en" dir="ltr">${cause.code}: ${cause.message}</div>`
}

export const partStyles = css`
  .reference {
    display: block;
    color: var(--_faint);
    font-size: 0.79em;
    line-height: 1.25;
    overflow-wrap: anywhere;
  }

  .reference .id {
    font-family: ui-monospace, monospace;
    line-height: 1;
    user-select: all;
  }

  .message {
    color: var(--_faint);
    font: 0.86em / 1.4 ui-monospace, monospace;
    overflow-wrap: anywhere;
  }
`
