/**
 * Progress bars and the figures below them.
 *
 * @module
 */

import { html, nothing, type TemplateResult } from 'lit'
import type { Speech } from '../../words/speech.ts'

/** Each 0 to 1. */
interface Shares {
  readonly sent: number
  /** The rest of `sent` is drawn lighter. */
  readonly stored: number
}

/** The stored share, at most `fraction`, so that it is 1 only at the end. */
export function shareOf(
  stored: number,
  all: { readonly fraction: number; readonly size: number },
): number {
  return all.size > 0 ? Math.min(all.fraction, stored / all.size) : all.fraction
}

/**
 * A native `<progress>`, which assistive technology knows and which follows the text direction, with
 * a second one on top of it for what is stored.
 */
export function renderBar(
  { sent, stored }: Shares,
  label: string,
  valueText: string,
): TemplateResult {
  return html`<div class="bars">
    <progress part="bar" max="1" .value=${sent} aria-label=${label} aria-valuetext=${valueText}></progress>
    <progress part="stored-bar" class="stored" max="1" .value=${stored} aria-hidden="true"></progress>
  </div>`
}

/** In bytes, bytes per second and seconds. */
interface Figures {
  readonly sent: number
  readonly stored: number
  readonly size: number
  readonly rate: number | undefined
  readonly left: number | undefined
}

/**
 * Renders bytes sent and stored, the rate and the time left, each isolated from the text direction.
 *
 * @param words - Replaces the bytes.
 */
export function renderFigures(
  { sent, stored, size, rate, left }: Figures,
  speech: Speech,
  words?: string,
): TemplateResult {
  const isSplit = !words && stored > 0 && stored < sent
  const figures = {
    amount: words ?? speech.say('amount', { sent: speech.size(sent), size: speech.size(size) }),
    stored: isSplit && speech.say('stored', { size: speech.size(stored) }),
    rate: rate !== undefined && speech.rate(rate),
    left: left !== undefined && speech.say('left', { time: speech.duration(left) }),
  }
  return html`${Object.entries(figures).map(([name, text]) =>
    text ? html`<bdi class=${name}>${text}</bdi>` : nothing,
  )}`
}
