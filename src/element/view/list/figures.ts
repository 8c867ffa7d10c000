/**
 * Bars, and the figures below them.
 *
 * @module
 */

import { html, nothing, type TemplateResult } from 'lit'
import type { Speech } from '../../words/speech.ts'

/**
 * Draws a bar: the browser's own, which every assistive technology knows and which fills from the
 * side where the language begins.
 */
export function renderBar(fraction: number, label: string, valueText: string): TemplateResult {
  return html`<progress
    part="bar"
    max="1"
    .value=${fraction}
    aria-label=${label}
    aria-valuetext=${valueText}
  ></progress>`
}

/**
 * Draws bytes sent and in all, the rate, and the time left. Numbers are isolated from the direction
 * of the text.
 */
export function renderFigures(
  {
    sent,
    size,
    rate,
    left,
  }: {
    readonly sent: number
    readonly size: number
    readonly rate: number | undefined
    readonly left: number | undefined
  },
  speech: Speech,
): TemplateResult {
  const amount = speech.say('amount', { sent: speech.size(sent), size: speech.size(size) })
  return html`<bdi class="amount">${amount}</bdi>${
    rate === undefined ? nothing : html`<bdi class="rate">${speech.rate(rate)}</bdi>`
  }${
    left === undefined
      ? nothing
      : html`<bdi class="left">${speech.say('left', { time: speech.duration(left) })}</bdi>`
  }`
}
