/**
 * Bars, and the figures below them.
 *
 * @module
 */

import { html, nothing, type TemplateResult } from 'lit'
import type { Speech } from '../../words/speech.ts'

/** How far something is, as a bar shows it: 0 to 1. */
interface Shares {
  readonly sent: number
  /** What S3 has: the rest of `sent` is drawn lighter. */
  readonly stored: number
}

/** The share of what S3 has; like `fraction`, all of it only at the end. */
export function shareOf(
  stored: number,
  all: { readonly fraction: number; readonly size: number },
): number {
  return all.size > 0 ? Math.min(all.fraction, stored / all.size) : all.fraction
}

/**
 * Draws a bar: the browser's own, which every assistive technology knows and which fills from the
 * side where the language begins. A second one, above it, shows what is stored.
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

/** What figures say. */
interface Figures {
  readonly sent: number
  readonly stored: number
  readonly size: number
  readonly rate: number | undefined
  readonly left: number | undefined
}

/**
 * Draws bytes sent and in all, those that are stored where some are still on their way, the rate,
 * and the time left. Numbers are isolated from the direction of the text.
 *
 * @param words - Stands in place of the bytes.
 */
export function renderFigures(
  { sent, stored, size, rate, left }: Figures,
  speech: Speech,
  words?: string,
): TemplateResult {
  const amount = words ?? speech.say('amount', { sent: speech.size(sent), size: speech.size(size) })
  const isSplit = words === undefined && stored > 0 && stored < sent
  const figure = (name: string, text: string | undefined) =>
    text === undefined ? nothing : html`<bdi class=${name}>${text}</bdi>`
  return html`${figure('amount', amount)}${figure('stored', isSplit ? speech.say('stored', { size: speech.size(stored) }) : undefined)}${figure(
    'rate',
    rate === undefined ? undefined : speech.rate(rate),
  )}${figure('left', left === undefined ? undefined : speech.say('left', { time: speech.duration(left) }))}`
}
