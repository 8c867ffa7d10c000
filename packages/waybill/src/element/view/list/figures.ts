import { html, nothing, type TemplateResult } from 'lit'
import type { Texts } from '../../words/texts.ts'

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
    amount: words ?? texts.say('amount', { sent: texts.size(sent), size: texts.size(size) }),
    rate: rate !== undefined && texts.rate(rate),
    left: left !== undefined && texts.say('left', { time: texts.duration(left) }),
  }
  return html`${Object.entries(figures).map(([name, text]) =>
    text ? html`<bdi class=${name}>${text}</bdi>` : nothing,
  )}`
}
