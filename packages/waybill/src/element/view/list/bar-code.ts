/**
 * The `barcode` theme: a stored file's row shows the bar code of its checksum, and the first digits.
 *
 * @module
 */

import { css, html, nothing, type TemplateResult } from 'lit'
import type { UploadItem } from '../../../client/list/snapshot.ts'
import { barCodePath } from '../../bar-code-path.ts'
import type { Speech } from '../../words/speech.ts'

/** As many as the bars encode. A CRC64NVME has no more. */
const DIGITS = 16

export function renderBarCode(
  { completed }: UploadItem,
  speech: Speech,
): TemplateResult | typeof nothing {
  const { algorithm, value } = completed?.checksum ?? {}
  const hex = hexOf(value)
  if (!hex) return nothing
  return html`<div class="code" title="${algorithm?.replace('SHA2', 'SHA-2')} ${hex}">
    <svg class="bar-code" part="bar-code" viewBox="0 0 72 1" preserveAspectRatio="none" aria-hidden="true">
      <path d=${barCodePath(hex)}></path>
    </svg>
    <span class="unseen">${speech.say('checksum')} </span>
    <span class="digits" part="digits" dir="ltr">${hex.slice(0, DIGITS)}</span>
  </div>`
}

/** @returns `undefined` for anything but base64, because a browser may restore damaged form data. */
function hexOf(base64: unknown): string | undefined {
  try {
    const bytes = Array.from(atob(String(base64 ?? '')), (char) => char.charCodeAt(0))
    return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')
  } catch {
    return undefined
  }
}

export const barCodeStyles = css`
  .row:not(.interrupted) .what {
    grid-template-columns: minmax(0, 1fr) auto;
  }

  .what > * {
    grid-column: 1;
  }

  .code {
    grid-area: 1 / 2 / span 2;
    display: grid;
    align-self: center;
    justify-items: center;
    gap: 0.125rem;
    inline-size: 9rem;
    margin-inline-start: 0.75rem;
    color: var(--_faint);
  }

  svg.bar-code {
    inline-size: 100%;
    block-size: 1.25rem;
    fill: color-mix(in srgb, currentcolor 75%, var(--_surface));
    stroke: none;
    shape-rendering: crispEdges;
  }

  .digits {
    font: 0.6875rem / 1.2 ui-monospace, monospace;
    letter-spacing: 0.04em;
    user-select: all;
  }

  .code .unseen {
    user-select: none;
  }

  /* Below the text. All rows have room for it, because a row keeps its height. */
  @container (max-width: 34rem) {
    :host([theme='barcode']) .row:not(.interrupted) {
      min-block-size: calc(var(--_row) + 1.5rem);
    }

    .code {
      grid-area: auto / 1;
      display: flex;
      align-items: center;
      gap: 0.5rem;
      inline-size: auto;
      margin: 0.25rem 0 0;
    }

    svg.bar-code {
      flex: 0 1 9rem;
      block-size: 1rem;
      min-inline-size: 4.5rem;
    }
  }

  @media (forced-colors: active) {
    svg.bar-code {
      fill: CanvasText;
    }
  }
`
